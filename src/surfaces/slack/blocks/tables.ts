import { phaseWords, swapLines } from '../../../domain/table-swap/swap-words.ts';
import type { TableSwap } from '../../../domain/table-swap/table-swap.ts';
import { capital } from '../../../domain/wording.ts';
import { actions, confirmed, context, type Message, message, runButton, runMenu, section } from './message.ts';
import { bold, code, escapeMrkdwn, person } from './mrkdwn.ts';

/** How a recovered table and the live one differ, the statements of an exchange, and what can be done now. */
export function tableMessage(swap: TableSwap): Message {
  const name = `${swap.table.schema}.${swap.table.name}`;
  const [, ...lines] = swapLines(swap);
  return message(escapeMrkdwn(`${name}: ${phaseWords(swap)}`), [
    section(`🧩 ${bold(name)}\n${escapeMrkdwn(capital(phaseWords(swap)))} · ${code(swap.id)}`),
    ...lines.slice(0, 40).map((line) => context(escapeMrkdwn(line))),
    buttons(swap),
  ]);
}

/** All of them, one line each. */
export function tablesMessage(swaps: readonly TableSwap[]): Message {
  if (swaps.length === 0) {
    return message('No recovered table stands beside a live one.', [
      section('🧩 No recovered table stands beside a live one.'),
      context('`/backup restore table SCHEMA.TABLE until 2026-11-28T10:30Z` asks for one.'),
    ]);
  }
  return message(
    `${swaps.length} recovered tables`,
    swaps.slice(0, 20).map((swap) => {
      const line = `${code(`${swap.table.schema}.${swap.table.name}`)} ${escapeMrkdwn(phaseWords(swap))}`;
      return section(line, runMenu([['Details', `tables ${swap.id}`]]));
    }),
  );
}

/** For the channel: who did what. */
export function tableNews(swap: TableSwap, by: string): Message {
  const name = `${swap.table.schema}.${swap.table.name}`;
  const text = `${code(name)}: ${escapeMrkdwn(phaseWords(swap))}.`;
  return message(text, [section(`🧩 ${text}`), context(`by ${person(by)}`), buttons(swap)]);
}

function buttons({ id, phase, stranded }: TableSwap) {
  const exchange = stranded.length > 0 ? `tables exchange ${id} despite-stranded` : `tables exchange ${id}`;
  const ask = (text: string, yes: string) => ({ title: 'Are you sure?', text, yes, no: 'Not yet' });
  switch (phase) {
    case 'beside':
      return actions(
        confirmed(
          runButton('Exchange', exchange, 0, 'primary'),
          ask(
            stranded.length > 0
              ? 'Rows of other tables will refer to nothing then. The old table is kept.'
              : 'The recovered table serves at once. The old one is kept.',
            'Exchange',
          ),
        ),
      );
    case 'exchanging':
      return actions(
        runButton('Go on', exchange, 0, 'primary'),
        runButton('Turn back', `tables undo ${id}`, 1, 'danger'),
      );
    case 'exchanged':
      return actions(
        confirmed(
          runButton('Undo', `tables undo ${id}`, 0, 'danger'),
          ask('The table that was there before serves again. What was written since is told first.', 'Undo'),
        ),
      );
    case 'turning-back':
      return actions(runButton('Go on', `tables undo ${id}`, 0, 'primary'));
    case 'copying':
    case 'turned-back':
    case 'over':
      return undefined;
    default:
      return phase satisfies never;
  }
}

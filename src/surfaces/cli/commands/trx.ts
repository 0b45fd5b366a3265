import { type Command, InvalidArgumentError } from 'commander';
import { countOf, formatCount, formatDuration } from '../../../domain/measures.ts';
import { incompleteWords } from '../../../domain/running-transaction.ts';
import { shorten } from '../../../domain/wording.ts';
import { type ListedTransactions, listTransactions, usualAgeSeconds } from '../../../operations/list-transactions.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';
import { renderTable } from '../table.ts';
import { registerTrxKill } from './trx-kill.ts';

export function registerTrx(program: Command, session: Session): void {
  const trx = choosingSource(program.command('trx'))
    .description('the transactions that have been open for long: who, what they changed, what they do')
    .option('--older-than <seconds>', 'open for at least so long', seconds, usualAgeSeconds)
    .addHelpText('after', examples(session.parts.name, [['trx --older-than 0', 'all that are open now']]))
    .action((named: string | undefined, options: SourceChoice & { olderThan: number }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const asked = { principal, leastSeconds: options.olderThan, ...chosenSource(named, options) };
        const listed = await listTransactions(world, asked);
        return listed.kind === 'refused' ? listed : done(listed, describe(listed));
      }),
    );
  registerTrxKill(trx, session);
}

function describe({ source, leastSeconds, transactions, younger, complete }: ListedTransactions): string {
  const rest = `${younger > 0 ? ` ${countOf(younger, 'younger one')} not shown.` : ''}${complete ? '' : ` ${incompleteWords}`}`;
  if (transactions.length === 0) {
    return `No transaction on ${source} has been open for ${formatDuration(leastSeconds * 1000)}.${rest}`;
  }
  const table = renderTable(
    [
      { title: 'OPEN FOR', align: 'right' },
      { title: 'CONNECTION', align: 'right' },
      { title: 'USER' },
      { title: 'STATE' },
      { title: 'CHANGED', align: 'right' },
      { title: 'LOCKED', align: 'right' },
      { title: 'SCHEMA' },
      { title: 'DOES' },
    ],
    transactions.map((one) => [
      formatDuration(one.ageSeconds * 1000),
      String(one.connection),
      `${one.user}@${one.host}`,
      one.state,
      formatCount(one.rowsChanged),
      formatCount(one.rowsLocked),
      one.schema,
      shorten(one.statement === '' ? `nothing (${one.command})` : one.statement, 80),
    ]),
  );
  return `${countOf(transactions.length, 'long-running transaction')} on ${source}.${rest}\n${table}`;
}

function seconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Write seconds, like 60.');
  return Number(text);
}

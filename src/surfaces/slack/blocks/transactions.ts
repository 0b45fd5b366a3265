import { countOf, formatDuration } from '../../../domain/measures.ts';
import { incompleteWords, type RunningTransaction } from '../../../domain/running-transaction.ts';
import { shorten } from '../../../domain/wording.ts';
import type { ListedTransactions } from '../../../operations/list-transactions.ts';
import { context, type Message, message, runMenu, section, smallVerbatim } from './message.ts';
import { bold, code } from './mrkdwn.ts';

const shown = 10;

/** The transactions that have been open for long, the oldest first. */
export function transactionsMessage({
  source,
  leastSeconds,
  transactions,
  younger,
  complete,
}: ListedTransactions): Message {
  const count =
    transactions.length === 0
      ? `none has been open for ${formatDuration(leastSeconds * 1000)}`
      : countOf(transactions.length, 'has', 'have').concat(
          ` been open for ${formatDuration(leastSeconds * 1000)} or longer`,
        );
  const left = transactions.length - shown;
  return message(`${source}: of its transactions ${count}`, [
    section(`${bold(`Transactions on ${source}`)} · ${count}`),
    ...transactions.slice(0, shown).flatMap((one) => transactionBlocks(source, one)),
    left > 0 ? context(`… and ${left} more: \`tidemark trx\` lists all.`) : undefined,
    younger > 0 ? context(`${countOf(younger, 'younger one')} not shown.`) : undefined,
    complete ? undefined : context(incompleteWords),
  ]);
}

function transactionBlocks(source: string, one: RunningTransaction) {
  const facts = [
    `connection ${code(String(one.connection))} of ${code(`${one.user}@${one.host}`)}`,
    ...(one.schema === '' ? [] : [`in ${code(one.schema)}`]),
    one.state.toLowerCase(),
    `${countOf(one.rowsChanged, 'row')} changed, ${countOf(one.rowsLocked, 'row')} locked`,
  ];
  const does = one.statement === '' ? `does nothing right now (${one.command})` : one.statement;
  return [
    section(
      `*${formatDuration(one.ageSeconds * 1000)}* · ${facts.join(' · ')}`,
      runMenu([['Ask for its end', `trx kill ${one.connection} ${source}`]]),
    ),
    smallVerbatim(shorten(does, 300)),
  ];
}

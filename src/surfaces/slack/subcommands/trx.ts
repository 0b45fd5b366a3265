import { refusalMessage } from '../blocks/refusal.ts';
import { transactionsMessage } from '../blocks/transactions.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const trx: Subcommand = {
  name: 'trx',
  usage: 'trx [source]',
  does: 'the transactions that have been open for long, and what they hold',
  async run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = source ?? rest[0];
    const listed = await operations.listTransactions(world, {
      principal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (listed.kind === 'refused') return { message: refusalMessage(listed, 'trx', world.clock.now()) };
    return { message: transactionsMessage(listed), forChannelOf: listed.source };
  },
};

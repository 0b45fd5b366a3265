import { askForRecovery } from '../ask-for-recovery.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { transactionsMessage } from '../blocks/transactions.ts';
import { type Answer, type Call, type Subcommand, splitSource } from '../subcommand.ts';

export const trx: Subcommand = {
  name: 'trx',
  usage: 'trx [source] | trx kill connection',
  does: 'the transactions that have been open for long, and what they hold; `kill` asks for the end of one, which another person approves',
  async run(call) {
    const { principal, words, world, operations } = call;
    const { source, rest } = splitSource(words, world.sources);
    if (rest[0] === 'kill') return killing(call, rest[1], source);
    const wanted = source ?? rest[0];
    const listed = await operations.listTransactions(world, {
      principal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (listed.kind === 'refused') return { message: refusalMessage(listed, 'trx', world.clock.now()) };
    return { message: transactionsMessage(listed), forChannelOf: listed.source };
  },
};

function killing(call: Call, connection: string | undefined, source: string | undefined): Promise<Answer> {
  return askForRecovery(
    call,
    {
      scenario: 'kill-transaction',
      end: { kind: 'chain-end' },
      details: { connection },
      ...(source !== undefined && { source }),
    },
    {
      typed: `trx kill ${connection ?? ''}`.trim(),
      next: 'Somebody else approves it there. Nothing is ended before.',
    },
  );
}

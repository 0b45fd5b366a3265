import { code } from '../blocks/mrkdwn.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
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

/** Asks for the end of a transaction; its card goes to the source's channel. */
async function killing(
  { principal, world, operations, signal, channelOf }: Call,
  connection: string | undefined,
  source: string | undefined,
): Promise<Answer> {
  const answer = await operations.requestRecovery(world, {
    principal,
    scenario: 'kill-transaction',
    end: { kind: 'chain-end' },
    details: { connection },
    signal,
    ...(source !== undefined && { source }),
  });
  if (answer.kind === 'refused') {
    return { message: refusalMessage(answer, `trx kill ${connection ?? ''}`.trim(), world.clock.now()) };
  }
  const { id, plan } = answer.recovery;
  const asked = `🛟 ${code(id)} waits for approval in ${channelOf(plan.source)}.`;
  return { message: saying(asked, 'Somebody else approves it there. Nothing is ended before.') };
}

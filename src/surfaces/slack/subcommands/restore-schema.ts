import { code } from '../blocks/mrkdwn.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import { type Answer, type Call, splitSource } from '../subcommand.ts';

/** `restore schema 001-add-phone`: leads a migration back on the source itself, by its script. */
export async function restoreSchema({ principal, words, world, operations, signal, channelOf }: Call): Promise<Answer> {
  const { source, rest } = splitSource(words, world.sources);
  const [, migration] = rest;
  if (migration === undefined) {
    const known = '`/backup migration list` shows those that were announced.';
    return { message: saying('Which migration is led back?', `Name it: \`/backup restore schema NAME\`. ${known}`) };
  }
  const answer = await operations.requestRecovery(world, {
    principal,
    scenario: 'schema-rollback',
    end: { kind: 'chain-end' },
    details: { migration },
    signal,
    ...(source !== undefined && { source }),
  });
  if (answer.kind === 'refused') {
    return { message: refusalMessage(answer, `restore schema ${migration}`, world.clock.now()) };
  }
  const { id, plan } = answer.recovery;
  return {
    message: saying(
      `🛟 ${code(id)} waits for approval in ${channelOf(plan.source)}.`,
      'Somebody else reads the script and approves it there. Nothing is touched before.',
    ),
  };
}

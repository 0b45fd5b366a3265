import { askForRecovery } from '../ask-for-recovery.ts';
import { saying } from '../blocks/refusal.ts';
import { type Answer, type Call, splitSource } from '../subcommand.ts';

/** `restore schema 001-add-phone`: leads a migration back on the source itself, by its script. */
export async function restoreSchema(call: Call): Promise<Answer> {
  const { source, rest } = splitSource(call.words, call.world.sources);
  const [, migration] = rest;
  if (migration === undefined) {
    const known = '`/backup migration list` shows those that were announced.';
    return { message: saying('Which migration is led back?', `Name it: \`/backup restore schema NAME\`. ${known}`) };
  }
  return askForRecovery(
    call,
    {
      scenario: 'schema-rollback',
      end: { kind: 'chain-end' },
      details: { migration },
      ...(source !== undefined && { source }),
    },
    {
      typed: `restore schema ${migration}`,
      next: 'Somebody else reads the script and approves it there. Nothing is touched before.',
    },
  );
}

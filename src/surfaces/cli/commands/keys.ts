import type { Command } from 'commander';
import { confirmKeyCopy } from '../../../operations/confirm-key-copy.ts';
import { listKeys } from '../../../operations/list-keys.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { renderTable } from '../table.ts';

export function registerKeys(program: Command, session: Session): void {
  const keys = program.command('keys').description('the keys that backups are encrypted under');
  keys
    .command('list')
    .description('their fingerprints, and where their second copies lie')
    .action((_: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listKeys(world, { principal });
        if (listed.kind === 'refused') return listed;
        const table = renderTable(
          [{ title: 'KEY' }, { title: 'FINGERPRINT' }, { title: 'USED FOR' }, { title: 'SECOND COPY' }],
          listed.keys.map(({ id, fingerprint, encrypts, copyAt }) => [
            id,
            fingerprint,
            encrypts ? 'new backups' : 'reading',
            copyAt ?? `unknown: keys confirm-copy ${id} "where it lies"`,
          ]),
        );
        return done(listed, table);
      }),
    );
  keys
    .command('confirm-copy')
    .description('say where the second copy of a key lies; without one, losing this machine loses every backup')
    .argument('<key>', 'the id of the key')
    .argument('<where>', 'for whoever will need it, like "bank safe, envelope 4"')
    .addHelpText('after', examples(session.parts.name, [['keys confirm-copy k-2026-11 "bank safe, envelope 4"', '']]))
    .action((key: string, where: string, _: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const confirmed = confirmKeyCopy(world, { principal, keyId: key, where });
        if (confirmed.kind === 'refused') return confirmed;
        return done(confirmed, `Noted: the second copy of ${confirmed.keyId} lies at: ${confirmed.where}`);
      }),
    );
}

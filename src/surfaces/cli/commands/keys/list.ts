import type { Command } from 'commander';
import { type ListedKey, listKeys } from '../../../../operations/list-keys.ts';
import { done } from '../../answer.ts';
import type { Session } from '../../session.ts';
import { renderTable } from '../../table.ts';

export function registerList(keys: Command, session: Session): void {
  keys
    .command('list')
    .description('their fingerprints, and where their second copies lie')
    .action((_: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listKeys(world, { principal });
        if (listed.kind === 'refused') return listed;
        const table = renderTable(
          [{ title: 'KEY' }, { title: 'FINGERPRINT' }, { title: 'USED FOR' }, { title: 'SECOND COPY' }],
          listed.keys.map((key) => [key.id, key.fingerprint, useWords(key), copyWords(key)]),
        );
        return done(listed, table);
      }),
    );
}

function useWords({ encrypts, retiredAt }: ListedKey): string {
  if (encrypts) return 'new backups';
  return retiredAt === null ? 'reading' : `nothing since ${retiredAt.slice(0, 10)}: take it out`;
}

function copyWords({ id, provider, copyAt }: ListedKey): string {
  if (copyAt !== null) return copyAt;
  return provider === 'kms' ? 'none: it never leaves AWS KMS' : `unknown: keys confirm-copy ${id} "where it lies"`;
}

import { expect, it } from 'vitest';
import { recoverGuide } from '../../src/domain/recover-guide.ts';

const id = '20261123T020000Z-full-alumni-x7k2';
const parts = [
  { name: 'parts/010-structure.sql.zst', role: 'structure' },
  { name: 'parts/100-data.sql.zst', role: 'data' },
  { name: 'parts/850-events.sql.zst', role: 'events' },
  { name: 'parts/900-accounts.sql.zst', role: 'accounts' },
] as const;
const file = { id: 'k-2026-11', provider: 'file', fingerprint: 'ab12 cd34' } as const;
const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const kms = { id: 'cloud', provider: 'kms', fingerprint: arn } as const;

it('prints the commands for this very set, in restore order, events and accounts apart', () => {
  const guide = recoverGuide({ id, server: { flavour: 'mysql', version: '9.7.4' }, parts, keys: [file] });
  const [check, decrypt, load, last] = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) =>
    commands?.trim(),
  );
  expect(check).toBe(`node recover.mjs --key KEY_FILE ${id}`);
  expect(decrypt).toBe(`node recover.mjs --key KEY_FILE ${id} --out restore`);
  expect(load?.split('\n').map((line) => line.trim().slice(0, 50))).toEqual([
    'zstd -dcq restore/010-structure.sql.zst | mysql --',
    'zstd -dcq restore/100-data.sql.zst | mysql --binar',
  ]);
  expect(last).toMatch(/850-events[\s\S]*900-accounts/);
  expect(guide).toContain('MySQL 9.7.4');
});

it('names the client of the server it came from', () => {
  const guide = recoverGuide({ id, server: { flavour: 'mariadb', version: '10.11.14' }, parts, keys: [file] });
  expect(guide).toContain('| mariadb --binary-mode');
  expect(guide).not.toContain('| mysql ');
});

it('has no fourth step where there are neither events nor accounts', () => {
  const guide = recoverGuide({
    id,
    server: { flavour: 'mysql', version: '9.7.4' },
    parts: parts.slice(0, 2),
    keys: [file],
  });
  expect(guide).not.toContain('4. ');
});

it('says which key file is wanted, and that a rotation may have changed it', () => {
  const guide = recoverGuide({ id, server: { flavour: 'mysql', version: '9.7.4' }, parts, keys: [file] });
  expect(guide).toContain('the key file of k-2026-11 (fingerprint ab12 cd34)');
  expect(guide).toContain('says what is wanted instead');
  expect(guide).not.toContain('KMS');
});

it('of a set under AWS KMS asks it first, and then needs no key file', () => {
  const guide = recoverGuide({ id, server: { flavour: 'mysql', version: '9.7.4' }, parts, keys: [kms] });
  const [ask, check] = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands?.trim());
  expect(ask).toBe(`umask 077\nnode recover.mjs --kms ${id} > ask-kms.sh\nsh ask-kms.sh > data-key`);
  expect(check).toBe(`node recover.mjs --data-key data-key ${id}`);
  expect(guide).toContain(`kms:Decrypt\` on ${arn}`);
  expect(guide).not.toContain('KEY_FILE');
});

it('of a set under both takes the key file, and says how it goes without', () => {
  const guide = recoverGuide({ id, server: { flavour: 'mysql', version: '9.7.4' }, parts, keys: [kms, file] });
  expect(guide).toContain('Without the key file, ask AWS KMS');
  expect(guide).toContain(`node recover.mjs --key KEY_FILE ${id} --out restore`);
});

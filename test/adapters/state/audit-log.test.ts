import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { memoryState, openState } from '../../../src/adapters/state/open-state.ts';
import { type AuditEntry, verifyChain } from '../../../src/domain/audit-chain.ts';
import { failureOf } from '../../support/failure-of.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const entry: AuditEntry = { at: new Date('2026-11-23T02:00:00.123Z'), actor: 'asha', via: 'shell', action: 'command' };

test('records cannot be changed or deleted by plain SQL', () => {
  const path = join(temporaryDirectory(), 'state.db');
  openState({ path }).audit.append(entry);
  const raw = new DatabaseSync(path);
  expect(() => raw.exec("UPDATE audit SET actor = 'nobody'")).toThrow('append-only');
  expect(() => raw.exec('DELETE FROM audit')).toThrow('append-only');
  raw.close();
});

test('a record edited past that guard breaks the chain at its place', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { audit } = openState({ path });
  for (let index = 0; index < 3; index += 1) audit.append(entry);
  tamper(path, "UPDATE audit SET actor = 'nobody' WHERE sequence = 2");
  expect(verifyChain(audit.all())).toEqual({ kind: 'broken', sequence: 2, why: 'hash' });
});

test('a record that cannot even be read any more is violated integrity', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { audit } = openState({ path });
  audit.append(entry);
  tamper(path, "UPDATE audit SET detail = '{half'");
  expect((await failureOf(() => verifyChain(audit.all()))).code).toBe('integrity');
});

test('a tail that was cut off shows as a gap with the next record', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { audit } = openState({ path });
  for (let index = 0; index < 3; index += 1) audit.append(entry);
  tamper(path, 'DELETE FROM audit WHERE sequence >= 2');
  expect(verifyChain(audit.all()).kind).toBe('intact');
  audit.append(entry);
  expect(verifyChain(audit.all())).toEqual({ kind: 'broken', sequence: 4, why: 'gap' });
});

test('whatever text and numbers an entry holds, it is read as it was hashed', () => {
  const { audit } = memoryState();
  audit.append({
    ...entry,
    actor: 'slack:U1 🦉 \ud800',
    subject: "line\nbreak \0 'quoted'",
    source: 'alumni',
    detail: {
      z: 1.5,
      a: 'b',
      rate: Number.POSITIVE_INFINITY,
      yes: true,
      'lone \udfff': '\udfff',
      big: 2 ** 60,
      '10': 1,
    },
  });
  audit.append({ ...entry, detail: {} });
  expect(verifyChain(audit.all())).toMatchObject({ kind: 'intact', records: 2 });
});

test('lists the newest first, by source and by person', () => {
  const { audit } = memoryState();
  audit.append({ ...entry, source: 'alumni' });
  audit.append({ ...entry, actor: 'ravi', source: 'alumni' });
  audit.append({ ...entry, source: 'events' });
  expect(audit.list().map((record) => record.sequence)).toEqual([3, 2, 1]);
  expect(audit.list({ source: 'alumni' }).map((record) => record.sequence)).toEqual([2, 1]);
  expect(audit.list({ actor: 'asha', limit: 1 }).map((record) => record.sequence)).toEqual([3]);
});

test('the log can be appended to while it is being walked', () => {
  const { audit } = memoryState();
  for (let index = 0; index < 3; index += 1) audit.append(entry);
  let seen = 0;
  for (const _record of audit.all()) {
    seen += 1;
    if (seen === 1) audit.append(entry);
    if (seen > 10) break;
  }
  expect(seen).toBeLessThanOrEqual(4);
});

/** As somebody would who owns the file. */
function tamper(path: string, sql: string): void {
  const raw = new DatabaseSync(path);
  raw.exec(`DROP TRIGGER audit_is_never_edited; DROP TRIGGER audit_is_never_deleted; ${sql}`);
  raw.close();
}

import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openState } from '../../../src/adapters/state/open-state.ts';
import { verifyChain } from '../../../src/domain/audit-chain.ts';
import { failureOf } from '../../support/failure-of.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('a file that is no database is unavailable state, and the hint tells how to rebuild it', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  writeFileSync(path, 'these are not the bytes you are looking for '.repeat(100));
  const failure = await failureOf(() => openState({ path }));
  expect(failure.code).toBe('state-unavailable');
  expect(failure.message).toContain(path);
  expect(failure.hint).toContain('tidemark catalog rebuild');
  expect(failure.retryable).toBe(false);
});

test('a database whose pages were overwritten is unavailable state, with the same hint', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const state = openState({ path });
  for (let index = 0; index < 200; index += 1) state.notes.set(`key ${index}`, 'x'.repeat(200));
  state.close();
  const bytes = new DatabaseSync(path);
  bytes.exec('PRAGMA journal_mode = DELETE');
  bytes.close();
  const { size } = statSync(path);
  writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 4096), Buffer.alloc(size - 4096, 0xa5)]));

  const failure = await failureOf(() => openState({ path }).notes.get('key 7'));
  expect(failure.code).toBe('state-unavailable');
  expect(failure.hint).toContain('tidemark catalog rebuild');
});

test('a database of a newer version is refused and left as it is', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  openState({ path }).close();
  const raw = new DatabaseSync(path);
  raw.exec('PRAGMA user_version = 99');
  const failure = await failureOf(() => openState({ path }));
  expect(failure.code).toBe('state-unavailable');
  expect(failure.message).toContain('99');
  expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  raw.close();
});

test('a path that is a directory is unavailable state with a hint about the setting', async () => {
  const failure = await failureOf(() => openState({ path: temporaryDirectory() }));
  expect(failure.code).toBe('state-unavailable');
  expect(failure.hint).toContain('state.path');
});

test('what was stored is there after opening again', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const first = openState({ path });
  first.notes.set('key-copy:k1', 'safe at the bank');
  first.close();
  expect(openState({ path }).notes.get('key-copy:k1')).toBe('safe at the bank');
});

test('a new directory is for the owner alone, as are the database and the files beside it', () => {
  const directory = join(temporaryDirectory(), 'deep', 'state');
  const umask = process.umask(0);
  try {
    const state = openState({ path: join(directory, 'state.db') });
    state.notes.set('a', 'b');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of ['state.db', 'state.db-wal', 'state.db-shm']) {
      expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
    }
    state.close();
  } finally {
    process.umask(umask);
  }
});

test('the mode of a directory that was there already is left alone', () => {
  const directory = join(temporaryDirectory(), 'shared');
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  openState({ path: join(directory, 'state.db') }).close();
  expect(statSync(directory).mode & 0o777).toBe(0o755);
});

test('several processes that open, append and start jobs at once leave one whole chain and never two jobs', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const names = ['bot', 'cli', 'other'];
  const outcomes = await Promise.all(
    names.map((name) => execa(process.execPath, ['test/support/append-audit.ts', path, name, '40'])),
  );
  const started = outcomes.reduce((sum, outcome) => sum + Number(outcome.stdout), 0);

  const state = openState({ path });
  const records = [...state.audit.all()];
  expect(verifyChain(records)).toMatchObject({ kind: 'intact', records: 120 });
  for (const name of names) expect(records.filter((record) => record.actor === name)).toHaveLength(40);
  expect(started).toBeGreaterThan(0);
  expect(state.jobs.list({ limit: 1000 })).toHaveLength(started);
  const revisions = state.jobs.changedSince(0).map((job) => job.revision);
  expect(new Set(revisions).size).toBe(revisions.length);
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { memoryState, openState } from '../../../src/adapters/state/open-state.ts';
import type { CatalogEntry } from '../../../src/domain/catalog.ts';
import { failureOf } from '../../support/failure-of.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function entry(id: string, source = 'alumni'): CatalogEntry {
  return {
    id,
    source,
    kind: 'full',
    startedAt: '2026-11-23T02:00:00.000Z',
    snapshotAt: '2026-11-23T02:00:01.000Z',
    finishedAt: '2026-11-23T02:05:00.000Z',
    rawBytes: 1000,
    storedBytes: 100,
    tables: 2,
    rows: 30,
    position: { file: 'binlog.000003', offset: 157, gtidSet: '' },
    serverUuid: 'b2f9c1de-0000-0000-0000-000000000001',
    serverVersion: '9.7.4',
    lockMilliseconds: 12.5,
    warnings: [],
    repositories: ['primary'],
    verified: null,
    restoredAt: null,
    findings: [],
    pin: null,
    shredded: null,
  };
}
const older = entry('20261122T020000Z-full-alumni-aaaa');
const newer = entry('20261123T020000Z-full-alumni-bbbb');
const other = entry('20261121T020000Z-full-events-cccc', 'events');

test('the catalog lists the newest first, by source, and replaces an entry of the same id', () => {
  const { catalog } = memoryState();
  for (const each of [newer, other, older]) catalog.put(each);
  const verified = { ...older, verified: { at: newer.startedAt, verdict: 'good', depth: 'read' } as const };
  catalog.put(verified);
  expect(catalog.list()).toEqual([newer, verified, other]);
  expect(catalog.list({ source: 'events' })).toEqual([other]);
  expect(catalog.list({ kind: 'schema' })).toEqual([]);
  expect(catalog.list({ limit: 1 })).toEqual([newer]);
  expect(catalog.get(older.id)).toEqual(verified);
});

test('replacing the whole catalog leaves nothing of the old', () => {
  const { catalog } = memoryState();
  catalog.put(older);
  catalog.replaceAll([newer, other]);
  expect(catalog.list()).toEqual([newer, other]);
  catalog.remove(newer.id);
  catalog.remove(newer.id);
  expect(catalog.get(newer.id)).toBeUndefined();
});

test('a replacement that fails half-way leaves the old catalog whole', () => {
  const { catalog } = memoryState();
  catalog.put(older);
  const broken = { ...newer, kind: undefined } as unknown as CatalogEntry;
  expect(() => catalog.replaceAll([newer, broken])).toThrow();
  expect(catalog.list()).toEqual([older]);
});

test('a catalog entry that makes no sense is unavailable state with the way to rebuild it', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { catalog } = openState({ path });
  catalog.put(older);
  const raw = new DatabaseSync(path);
  raw.exec("UPDATE catalog SET entry = '{not json'");
  raw.close();
  const failure = await failureOf(() => catalog.list());
  expect(failure.code).toBe('state-unavailable');
  expect(failure.hint).toContain('tidemark catalog rebuild');
});

test('due rows are kept by key and listed by their time', () => {
  const { due } = memoryState();
  const row = (key: string, dueAt: string) => ({ key, dueAt: new Date(dueAt), handledUntil: new Date(0) });
  due.put(row('full:alumni', '2026-11-25T02:00:00Z'));
  due.put(row('full:events', '2026-11-24T02:00:00Z'));
  due.put(row('full:alumni', '2026-11-23T02:00:00Z'));
  expect(due.list().map(({ key }) => key)).toEqual(['full:alumni', 'full:events']);
  expect(due.get('full:alumni')).toEqual(row('full:alumni', '2026-11-23T02:00:00Z'));
  due.remove('full:alumni');
  expect(due.get('full:alumni')).toBeUndefined();
});

test('a note is replaced and removed', () => {
  const { notes } = memoryState();
  expect(notes.get('a')).toBeUndefined();
  notes.set('a', '1');
  notes.set('a', '2');
  expect(notes.get('a')).toBe('2');
  notes.remove('a');
  notes.remove('a');
  expect(notes.get('a')).toBeUndefined();
});

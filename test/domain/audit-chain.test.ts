import { describe, expect, test } from 'vitest';
import {
  type AuditEntry,
  type AuditRecord,
  chainEntry,
  chainStart,
  verifyChain,
} from '../../src/domain/audit-chain.ts';

const chain = chainOf([
  { action: 'command', detail: { words: 'backup full', count: 1 } },
  { action: 'backup.requested', source: 'alumni' },
  { action: 'backup.succeeded', source: 'alumni', subject: '20261123T020000Z-full-alumni-x7k2' },
  { action: 'verify.refused', source: 'alumni' },
]);

describe('an edit is found at the record that was edited', () => {
  const edits: [string, Partial<AuditRecord>][] = [
    ['time', { at: new Date('2026-11-23T02:00:01Z') }],
    ['actor', { actor: 'ravi' }],
    ['surface', { via: 'slack' }],
    ['action', { action: 'backup.failed' }],
    ['source', { source: 'events' }],
    ['subject', { subject: 'other' }],
    ['a detail that is added', { detail: { forged: true } }],
    ['the hash itself', { hash: 'f'.repeat(64) }],
  ];
  test.each(edits)('%s', (_field, edit) => {
    const records = chain.map((record) => (record.sequence === 3 ? { ...record, ...edit } : record));
    expect(verifyChain(records)).toEqual({ kind: 'broken', sequence: 3, why: 'hash' });
  });

  test('the value of a detail', () => {
    const records = chain.map((record) =>
      record.sequence === 1 ? { ...record, detail: { words: 'backup full', count: 2 } } : record,
    );
    expect(verifyChain(records)).toEqual({ kind: 'broken', sequence: 1, why: 'hash' });
  });

  test('text moved from one field to its neighbour', () => {
    const records = chain.map((record) =>
      record.sequence === 2 ? { ...record, action: 'backup.', source: 'requestedalumni' } : record,
    );
    expect(verifyChain(records)).toEqual({ kind: 'broken', sequence: 2, why: 'hash' });
  });
});

test('an edit that is hashed anew breaks the link of the next record', () => {
  const [first, second, ...rest] = chain as [AuditRecord, AuditRecord, ...AuditRecord[]];
  const forged = chainEntry({ ...entryOf(second), actor: 'ravi' }, first);
  expect(verifyChain([first, forged, ...rest])).toEqual({ kind: 'broken', sequence: 3, why: 'link' });
});

test('a record that is deleted leaves a gap, at the start as well', () => {
  expect(verifyChain(chain.filter((record) => record.sequence !== 2))).toEqual({
    kind: 'broken',
    sequence: 3,
    why: 'gap',
  });
  expect(verifyChain(chain.slice(1))).toEqual({ kind: 'broken', sequence: 2, why: 'gap' });
});

test('a deletion that numbers the rest anew breaks the link', () => {
  const renumbered = chain
    .filter((record) => record.sequence !== 2)
    .map((record, index) => ({ ...record, sequence: index + 1 }));
  expect(verifyChain(renumbered)).toEqual({ kind: 'broken', sequence: 2, why: 'link' });
});

test('a record put in between is found', () => {
  const [first, ...rest] = chain as [AuditRecord, ...AuditRecord[]];
  const inserted = chainEntry(entryOf(first), first);
  expect(verifyChain([first, inserted, ...rest])).toEqual({ kind: 'broken', sequence: 2, why: 'gap' });
});

test('two records that changed places are found', () => {
  const [first, second, third, fourth] = chain as [AuditRecord, AuditRecord, AuditRecord, AuditRecord];
  expect(verifyChain([first, third, second, fourth])).toEqual({ kind: 'broken', sequence: 3, why: 'gap' });
});

test('a tail that was cut off is NOT found by the chain alone: number of records and head tell it', () => {
  const whole = verifyChain(chain);
  const cut = verifyChain(chain.slice(0, 2));
  expect(whole).toEqual({ kind: 'intact', records: 4, head: chain[3]?.hash });
  expect(cut).toEqual({ kind: 'intact', records: 2, head: chain[1]?.hash });
});

test('an empty log is intact and begins at zero', () => {
  expect(verifyChain([])).toEqual({ kind: 'intact', records: 0, head: chainStart });
});

test('the order in which details were given makes no difference', () => {
  const at = new Date(0);
  const one = chainEntry({ at, actor: 'a', via: 'shell', action: 'x', detail: { b: 1, a: 2 } }, undefined);
  const two = chainEntry({ at, actor: 'a', via: 'shell', action: 'x', detail: { a: 2, b: 1 } }, undefined);
  expect(one.hash).toBe(two.hash);
});

function chainOf(entries: Partial<AuditEntry>[]): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const entry of entries) {
    const whole: AuditEntry = {
      at: new Date('2026-11-23T02:00:00Z'),
      actor: 'asha',
      via: 'shell',
      action: 'x',
      ...entry,
    };
    records.push(chainEntry(whole, records.at(-1)));
  }
  return records;
}

function entryOf({ sequence: _sequence, previousHash: _previous, hash: _hash, ...entry }: AuditRecord): AuditEntry {
  return entry;
}

import { describe, expect, test } from 'vitest';
import { type Base, traceChain } from '../../../src/domain/binlog/chain.ts';
import { type IncrementalFacts, incrementalFiles } from '../../../src/domain/binlog/incremental-files.ts';
import { following, segmentOf } from '../../support/segments.ts';

const [fullId, laterId, earlierId] = [
  '20261125T013000Z-full-alumni-aaaa',
  '20261125T033000Z-full-alumni-bbbb',
  '20261125T023000Z-incremental-alumni-cccc',
];
const held = { heldAllAt: '2026-11-25T05:00:00.000Z' };
const one = segmentOf(1);
const twoBegins = segmentOf(2, { ...following(one), end: 400 });
const two = segmentOf(2, { start: 400, end: 900 });
const three = segmentOf(3, { ...following(two), ...held, before: 'history up to three' });
const base = (backupId: string, file: number, hour: string): Base => ({
  backupId,
  serverUuid: 'server-1',
  snapshotAt: new Date(`2026-11-25T0${hour}:30:00Z`),
  position: { file: `binlog.00000${file}`, offset: 100, gtidSet: '' },
});
const full = base(fullId, 1, '1');
const earlier = (file: number) => ({
  id: earlierId,
  binlogs: {
    base: fullId,
    since: fullId,
    files: [{ timeline: one.timeline, file: `binlog.00000${file}`, bytes: 1000 }],
    transactions: 1,
    rawBytes: 1,
    storedBytes: 1,
  },
});

function decide(facts: Partial<IncrementalFacts>) {
  const chain = traceChain([one, twoBegins, two, three]);
  return incrementalFiles({ chain, bases: [full], earlier: [], closed: true, ...facts });
}

const files = (...wanted: [number, number][]) =>
  wanted.map(([number, bytes]) => ({ timeline: one.timeline, file: `binlog.00000${number}`, bytes }));

describe('an incremental backup stands for', () => {
  test('all closed files from its base on, up to the moment the server went on to the next', () => {
    expect(decide({})).toEqual({
      kind: 'files',
      binlogs: {
        base: fullId,
        since: fullId,
        files: files([1, 1000], [2, 900]),
        transactions: 3,
        rawBytes: 1900,
        storedBytes: 300,
      },
      position: { file: 'binlog.000002', offset: 900, gtidSet: 'history up to three' },
      throughAt: new Date('2026-11-25T03:00:00Z'),
    });
  });

  test('those behind the last one', () => {
    expect(decide({ earlier: [earlier(1)] })).toMatchObject({
      binlogs: { base: fullId, since: earlierId, files: files([2, 900]) },
    });
  });

  test('the one that is being written too, where it could not be closed', () => {
    expect(decide({ closed: false, earlier: [earlier(2)] })).toMatchObject({
      binlogs: { files: files([3, 1000]) },
      throughAt: new Date(held.heldAllAt),
    });
  });

  test('what leads on from an older base, when a newer one begins in the file that is being written', () => {
    expect(decide({ bases: [base(laterId, 3, '3'), full] })).toMatchObject({
      binlogs: { base: fullId, files: files([1, 1000], [2, 900]) },
    });
  });

  test('all since its base, when the last one lies before a gap', () => {
    expect(decide({ earlier: [earlier(9)] })).toMatchObject({ binlogs: { since: fullId } });
  });
});

test.each<[string, Partial<IncrementalFacts>, string]>([
  ['there is no base', { bases: [] }, 'no-base'],
  ['no base leads into the newest stretch', { chain: traceChain([one, segmentOf(3, held)]) }, 'no-base'],
  ['there are no binlogs', { chain: traceChain([]) }, 'no-base'],
  ['the last one has every closed file', { earlier: [earlier(2)] }, 'nothing-new'],
  ['the only base begins in the file that is being written', { bases: [base(laterId, 3, '3')] }, 'nothing-new'],
])('there is none when %s', (_, facts, kind) => {
  expect(decide(facts)).toEqual({ kind });
});

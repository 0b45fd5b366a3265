import { describe, expect, test } from 'vitest';
import type { Job, Outcome } from '../../src/domain/job.ts';
import { sourceStatus } from '../../src/domain/status.ts';
import type { StatusFacts } from '../../src/domain/status-facts.ts';
import { catalogued } from '../support/catalogued.ts';

const now = new Date('2026-11-23T05:01:00Z');
const schedule = { lastDue: new Date('2026-11-23T02:00:00Z'), next: new Date('2026-11-24T02:00:00Z') };
const good = { at: '2026-11-23T02:01:00Z', verdict: 'good', depth: 'read' } as const;
const bad = { ...good, verdict: 'bad' } as const;
const [monday, sunday, saturday] = [
  '20261123T020000Z-full-alumni-aaaa',
  '20261122T020000Z-full-alumni-bbbb',
  '20261121T020000Z-full-alumni-cccc',
];

function statusOf(facts: Partial<StatusFacts>) {
  return sourceStatus(
    { source: 'alumni', entries: [], jobs: [], schedules: { full: schedule }, keysWithoutCopy: [], ...facts },
    now,
  );
}

function job(outcome: Outcome | null, change: Partial<Job> = {}): Job {
  return {
    id: 'j1',
    kind: 'full-backup',
    source: 'alumni',
    startedBy: 'tidemark',
    trigger: 'schedule',
    startedAt: new Date('2026-11-23T02:00:00Z'),
    finishedAt: outcome && new Date('2026-11-23T02:00:30Z'),
    backupId: null,
    progress: null,
    outcome,
    revision: 1,
    ...change,
  };
}

const failed: Outcome = {
  kind: 'failed',
  failure: { code: 'source-unreachable', message: 'Nobody answers.', hint: 'Start it.', retryable: true },
};

describe('the headline', () => {
  test.each([
    ['no backup', [], 'nothing to recover from yet · next full 02:00 UTC (in 20 h 59 min)'],
    [
      'one that is proven',
      [catalogued(monday, { verified: good })],
      'recoverable to 02:00:02 UTC, 3 h ago · proven 3 h ago · next full 02:00 UTC (in 20 h 59 min)',
    ],
    [
      'none that is proven',
      [catalogued(monday)],
      'recoverable to 02:00:02 UTC, 3 h ago · not proven: no backup has been verified · next full 02:00 UTC (in 20 h 59 min)',
    ],
    [
      'a newer one that is not proven',
      [catalogued(monday), catalogued(sunday, { verified: good })],
      'recoverable to 02:00:02 UTC, 3 h ago · proven only to 2026-11-22 02:00:02 UTC, 27 h ago · next full 02:00 UTC (in 20 h 59 min)',
    ],
    [
      'a newer one that is bad',
      [catalogued(monday, { verified: bad }), catalogued(sunday, { verified: good })],
      'recoverable to 2026-11-22 02:00:02 UTC, 27 h ago · proven 3 h ago · next full 02:00 UTC (in 20 h 59 min)',
    ],
  ])('of %s', (_, entries, headline) => {
    expect(statusOf({ entries }).headline).toBe(headline);
  });

  test('says when nothing is scheduled', () => {
    expect(statusOf({ schedules: {} }).headline).toContain('no full backup is scheduled');
  });
});

describe('what is at risk', () => {
  test.each([
    ['no backup', [], 'there is no backup: a crash now loses everything', 'no backup at all'],
    [
      'hope alone',
      [catalogued(monday)],
      'no backup has been proven; the newest, unverified, is of 02:00:02 UTC',
      'no proven backup',
    ],
    [
      'what came after the newest proven one',
      [catalogued(monday), catalogued(sunday, { verified: good })],
      'the newest proven backup is of 2026-11-22 02:00:02 UTC (27 h ago); a crash now loses everything since then',
      '27 h of changes at risk',
    ],
  ])('with %s', (_, entries, sentence, brief) => {
    expect(statusOf({ entries }).risk).toMatchObject({ sentence, brief });
  });
});

describe('warnings', () => {
  const codes = (facts: Partial<StatusFacts>) =>
    statusOf(facts).warnings.map(({ code, severity }) => `${code} ${severity}`);
  const proven = [catalogued(monday, { verified: good })];

  test.each<[string, Partial<StatusFacts>, string[]]>([
    ['all is well', { entries: proven }, []],
    ['nothing yet', {}, ['never critical']],
    ['the last due full is missing', { entries: [catalogued(sunday, { verified: good })] }, ['late critical']],
    ['it runs still', { entries: [catalogued(sunday, { verified: good })], jobs: [job(null)] }, []],
    [
      'it is due for less than five minutes',
      {
        entries: [catalogued(sunday, { verified: good })],
        schedules: { full: { lastDue: new Date('2026-11-23T04:57:00Z') } },
      },
      [],
    ],
    [
      'not verified, an older one is',
      { entries: [catalogued(monday), catalogued(sunday, { verified: good })] },
      ['unproven warning'],
    ],
    ['none verified', { entries: [catalogued(monday)] }, ['unproven critical']],
    [
      'the newest is bad',
      { entries: [catalogued(monday, { verified: bad }), catalogued(sunday, { verified: good })] },
      ['late critical', 'found-bad critical'],
    ],
    ['an old one is bad', { entries: [...proven, catalogued(saturday, { verified: bad })] }, ['found-bad warning']],
    ['the last job failed', { entries: proven, jobs: [job(failed)] }, ['last-failed warning']],
    [
      'it failed, then another succeeded',
      { entries: proven, jobs: [job({ kind: 'succeeded', backupId: monday }), job(failed)] },
      [],
    ],
    ['it was cut off', { entries: proven, jobs: [job({ kind: 'cut-off' })] }, ['cut-off warning']],
    ['it was cancelled', { entries: proven, jobs: [job({ kind: 'cancelled', reason: 'by asha' })] }, []],
    [
      'a key without a copy',
      { entries: proven, keysWithoutCopy: [{ id: 'k-1', fingerprint: 'ab:cd' }] },
      ['key-copy warning'],
    ],
    [
      'no backup was restored for proof for two weeks',
      {
        entries: [catalogued(monday, { verified: good, restoredAt: '2026-11-09T04:00:00Z' })],
        proveEveryDays: 7,
      },
      ['proof-overdue warning'],
    ],
    [
      'one proof is late, the next not yet',
      {
        entries: [catalogued(monday, { verified: good, restoredAt: '2026-11-10T04:00:00Z' })],
        proveEveryDays: 7,
      },
      [],
    ],
    [
      'nothing was ever restored, and there is a backup since three weeks',
      {
        entries: [catalogued(monday, { verified: good }), catalogued('20261102T020000Z-full-alumni-dddd')],
        proveEveryDays: 7,
      },
      ['proof-overdue warning'],
    ],
  ])('when %s', (_, facts, expected) => {
    expect(codes(facts)).toEqual(expected);
  });

  const sundays = { lastDue: new Date('2026-11-22T03:00:00Z'), next: new Date('2026-11-29T03:00:00Z') };
  const schemaId = '20261115T030000Z-schema-alumni-ssss';
  const schemaOf = (snapshotAt: string) => catalogued(schemaId, { snapshotAt });
  test.each<[string, Partial<StatusFacts>, string[]]>([
    ['one is older than the schedule', { entries: [schemaOf('2026-11-15T03:00:05Z'), ...proven] }, ['late warning']],
    ['one is as new as the schedule', { entries: [schemaOf('2026-11-22T03:00:05Z'), ...proven] }, []],
    [
      'one is bad',
      { entries: [{ ...schemaOf('2026-11-22T03:00:05Z'), verified: bad }, ...proven] },
      ['late warning', 'found-bad warning'],
    ],
    [
      'one runs',
      { entries: [schemaOf('2026-11-15T03:00:05Z'), ...proven], jobs: [job(null, { kind: 'schema-backup' })] },
      [],
    ],
    ['none was ever promised', { entries: proven }, []],
    [
      'the first was promised, and nobody was there',
      { entries: proven, schedules: { full: schedule, schema: { ...sundays, promised: sundays.lastDue } } },
      ['late warning'],
    ],
    [
      'the first was due, and failed',
      {
        entries: proven,
        jobs: [job(failed, { kind: 'schema-backup', due: { moment: sundays.lastDue, missed: 0 } })],
      },
      ['late warning', 'last-failed warning'],
    ],
  ])('of schema backups, when %s', (_, facts, expected) => {
    expect(codes({ schedules: { full: schedule, schema: sundays }, ...facts })).toEqual(expected);
  });

  test('a source stands as badly as its worst warning', () => {
    expect(statusOf({ entries: proven }).standing).toBe('good');
    expect(statusOf({ entries: proven, jobs: [job(failed)] }).standing).toBe('warning');
    expect(statusOf({}).standing).toBe('critical');
  });

  test('every one of them offers a next step', () => {
    const worst = statusOf({
      entries: [catalogued(sunday, { verified: bad })],
      jobs: [job(failed)],
      keysWithoutCopy: [{ id: 'k', fingerprint: 'f' }],
    });
    expect(worst.warnings.length).toBeGreaterThan(2);
    for (const { hint } of worst.warnings) expect(hint).toMatch(/\w{4}/);
  });
});

test('a bad backup is not among those that reach back', () => {
  const { recovery } = statusOf({
    entries: [catalogued(monday, { verified: good }), catalogued(sunday), catalogued(saturday, { verified: bad })],
  });
  expect(recovery.oldest?.backupId).toBe(sunday);
  expect(recovery.backups).toBe(2);
});

import { describe, expect, test } from 'vitest';
import type { BinlogFacts } from '../../../src/domain/binlog/binlog-status.ts';
import type { BinlogStanding, Coverage } from '../../../src/domain/binlog/standing.ts';
import { sourceStatus } from '../../../src/domain/status.ts';
import { catalogued } from '../../support/catalogued.ts';

const now = new Date('2026-11-23T14:32:02Z');
const good = { at: '2026-11-23T02:01:00Z', verdict: 'good', depth: 'read' } as const;
const [today, yesterday] = ['20261123T020000Z-full-alumni-aaaa', '20261122T020000Z-full-alumni-bbbb'];
const end = { timeline: '20261101T000000Z-aaaa', file: 'binlog.000007', end: 5000 };
const at = (time: string) => `2026-11-23T${time}.000Z`;
const reach = (backupId: string, to: string) => ({ backupId, from: at('02:00:02'), to: at(to) });

function coverage(change: Partial<Coverage> = {}): Coverage {
  const throughAt = at('14:30:00');
  return {
    repository: 'primary',
    end,
    throughAt,
    reaches: [reach(today, '14:30:00'), reach(yesterday, '14:30:00')],
    gaps: [],
    ...change,
  };
}

function standing(change: Partial<BinlogStanding> = {}): BinlogStanding {
  const server = { file: end.file, offset: end.end };
  return {
    at: now.toISOString(),
    state: 'streaming',
    server,
    heldAllAt: at('14:31:58'),
    encryptsUnder: ['k-1'],
    expireSeconds: 0,
    coverage: [coverage()],
    trouble: null,
    ...change,
  };
}

function statusOf(
  change: Partial<BinlogStanding>,
  facts: Partial<BinlogFacts> = {},
  entries = [catalogued(today, { verified: good })],
) {
  const binlogs = { standing: standing(change), wanted: true, running: true, ...facts };
  const schedules = { full: { lastDue: new Date('2026-11-23T02:00:00Z'), next: new Date('2026-11-24T02:00:00Z') } };
  return sourceStatus({ source: 'alumni', entries, jobs: [], schedules, keysWithoutCopy: [], binlogs }, now);
}

const next = 'next full 02:00 UTC (in 11 h 27 min)';

describe('the headline leads with how near to now', () => {
  test.each<[string, Partial<BinlogStanding>, Parameters<typeof catalogued>[1], string]>([
    ['the server’s every moment', {}, { verified: good }, 'recoverable to 14:31:58 UTC, 4 s ago · proven 13 h ago'],
    [
      'what was shipped, where no moment is known',
      { heldAllAt: null },
      { verified: good },
      'recoverable to 14:30:00 UTC, 2 min ago · proven 13 h ago',
    ],
    [
      'up to a gap',
      { coverage: [coverage({ throughAt: at('14:30:30'), reaches: [reach(today, '09:00:00')] })] },
      { verified: good },
      'recoverable to 09:00:00 UTC, 6 h ago · proven 13 h ago',
    ],
    [
      'no further than the backup where nothing leads on',
      { coverage: [coverage({ reaches: [] })] },
      { verified: good },
      'recoverable to 02:00:02 UTC, 13 h ago · proven 13 h ago',
    ],
    [
      'on a backup that is not proven',
      {},
      {},
      'recoverable to 14:31:58 UTC, 4 s ago · not proven: no backup has been verified',
    ],
  ])('%s', (_, change, entry, expected) => {
    expect(statusOf(change, {}, [catalogued(today, entry)]).headline).toBe(`${expected} · ${next}`);
  });

  test('and an older proven backup proves it, as it reaches as far', () => {
    const status = statusOf({}, {}, [catalogued(today), catalogued(yesterday, { verified: good })]);
    expect(status.headline).toBe(`recoverable to 14:31:58 UTC, 4 s ago · proven 13 h ago · ${next}`);
    expect(status.risk).toEqual({
      kind: 'since',
      since: new Date(at('14:31:58')),
      sentence: 'a crash now loses what was committed after 14:31:58 UTC (4 s)',
      brief: '4 s of changes at risk',
    });
  });

  test('for each repository by what it has', () => {
    const copy = coverage({
      repository: 'cloud',
      end: { ...end, end: 4000 },
      throughAt: at('14:20:00'),
      reaches: [reach(today, '14:20:00')],
    });
    const level = coverage({ repository: 'off-site' });
    expect(statusOf({ coverage: [coverage(), copy, level] }).recovery.places).toEqual([
      { repository: 'primary', through: new Date(at('14:31:58')) },
      { repository: 'cloud', through: new Date(at('14:20:00')) },
      { repository: 'off-site', through: new Date(at('14:31:58')) },
    ]);
  });
});

const trouble = { code: 'source-unreachable', message: 'Nobody answers.', hint: 'Start it.', retryable: true };
const gap = { after: at('09:00:00'), before: at('10:00:00'), reason: 'missing' as const };

describe('somebody is told when', () => {
  test.each<[string, Partial<BinlogStanding>, Partial<BinlogFacts>, string, RegExp]>([
    ['nobody streams though it is wanted', {}, { running: false }, 'warning stream-off', /Nobody streams/],
    [
      'the stream is interrupted',
      { trouble: { ...trouble, since: at('14:31:00') } },
      {},
      'warning stream-trouble',
      /for 1 min 2 s: Nobody answers\./,
    ],
    [
      'it is so for long',
      { trouble: { ...trouble, since: at('14:20:00') } },
      {},
      'critical stream-trouble',
      /for 12 min 2 s/,
    ],
    [
      'binlogs are missing, and no backup leads behind that',
      { coverage: [coverage({ reaches: [reach(today, '09:00:00')], gaps: [gap] })] },
      {},
      'critical binlog-gap',
      /missing between 09:00:00 UTC and 10:00:00 UTC: the server had purged them/,
    ],
    [
      'no backup leads into them at all',
      { coverage: [coverage({ reaches: [] })] },
      {},
      'critical binlog-gap',
      /No backup leads/,
    ],
    ['the repository is behind', { heldAllAt: at('14:25:00') }, {}, 'warning binlog-behind', /14:25:00 UTC, 7 min ago/],
    ['it is far behind', { heldAllAt: at('14:10:00') }, {}, 'critical binlog-behind', /22 min ago/],
    [
      'the server will purge what is not shipped yet',
      { heldAllAt: at('14:00:00'), expireSeconds: 3600 },
      {},
      'critical purge-near',
      /after 1 h, and the repository is 32 min/,
    ],
  ])('%s', (_, change, facts, expected, text) => {
    const [first, ...others] = statusOf(change, facts).warnings;
    expect(`${first?.severity} ${first?.code}`).toBe(expected);
    expect(first?.text).toMatch(text);
    expect(others).toEqual([]);
  });

  test.each<[string, Partial<BinlogStanding>, Partial<BinlogFacts>]>([
    ['all is well', {}, {}],
    [
      'the server is idle',
      { coverage: [coverage({ throughAt: at('03:00:00'), reaches: [reach(today, '03:00:00')] })] },
      {},
    ],
    ['it was interrupted a moment ago', { trouble: { ...trouble, since: at('14:31:50') } }, {}],
    ['a gap is healed by a newer backup', { coverage: [coverage({ gaps: [gap] })] }, {}],
    [
      'nobody wants them streamed',
      { trouble: { ...trouble, since: at('01:00:00') } },
      { wanted: false, running: false },
    ],
  ])('and not when %s', (_, change, facts) => {
    expect(statusOf(change, facts).warnings).toEqual([]);
  });
});

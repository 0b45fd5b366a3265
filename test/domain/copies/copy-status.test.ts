import { describe, expect, it } from 'vitest';
import { type CopyStanding, nothingMissing } from '../../../src/domain/copies/copy-standing.ts';
import { type CopyFacts, copyState, copyWarnings } from '../../../src/domain/copies/copy-status.ts';

const now = new Date('2026-11-25T12:00:00Z');
const hour = 3_600_000;

function facts(standing?: Partial<CopyStanding>, change: Partial<CopyFacts> = {}): CopyFacts {
  return {
    copy: 'cloud',
    location: 's3://backups/prod',
    maxLag: hour,
    running: true,
    ...(standing && {
      standing: { at: now.toISOString(), sets: nothingMissing, segments: nothingMissing, coverage: null, ...standing },
    }),
    ...change,
  };
}

const trouble = { code: 'repository-unavailable', message: 'No bucket.', hint: 'Look.', retryable: true };

describe('how a copy stands', () => {
  it.each<[string, CopyFacts, string]>([
    ['nothing is known', facts(), 'nothing was ever copied there'],
    ['all is there', facts({}), 'has everything'],
    [
      'a backup is on its way',
      facts({ sets: { missing: 1, oldest: '2026-11-25T11:48:00Z', trouble: null } }),
      '12 min behind: 1 backup is on the way',
    ],
    [
      'both are, and the older counts',
      facts({
        sets: { missing: 2, oldest: '2026-11-25T11:59:00Z', trouble: null },
        segments: { missing: 40, oldest: '2026-11-25T10:00:00Z', trouble: null },
      }),
      '2 h behind: 2 backups and 40 binlog segments are on the way',
    ],
    [
      'it cannot be looked at',
      facts({ sets: { missing: 0, oldest: null, trouble: { ...trouble, since: '2026-11-25T11:30:00Z' } } }),
      'has been in trouble for 30 min',
    ],
  ])('when %s', (_, given, words) => {
    expect(copyState(given, now).words).toBe(words);
  });
});

describe('copies are warned of', () => {
  const behind = (minutes: number, more: Partial<CopyFacts> = {}) =>
    facts(
      { sets: { missing: 1, oldest: new Date(now.getTime() - minutes * 60_000).toISOString(), trouble: null } },
      more,
    );

  it.each<[string, CopyFacts, string[]]>([
    ['not while it is less than half of its bound behind', behind(29), []],
    ['from half of its bound on', behind(30), ['copy-behind warning']],
    ['as an alarm beyond it', behind(60), ['copy-behind critical']],
    ['by its own bound', behind(60, { maxLag: 4 * hour }), []],
    ['when nobody has ever filled it and nobody does', facts(undefined, { running: false }), ['copy-off warning']],
    ['not right after somebody has begun to', facts(), []],
  ])('%s', (_, given, expected) => {
    expect(copyWarnings([given], now).map(({ code, severity }) => `${code} ${severity}`)).toEqual(expected);
  });

  it('says what is in the way and what to do', () => {
    const away = { missing: 3, oldest: '2026-11-25T10:00:00Z', trouble: { ...trouble, since: '2026-11-25T10:00:02Z' } };
    expect(copyWarnings([facts({ sets: away })], now)).toEqual([
      {
        code: 'copy-behind',
        severity: 'critical',
        text: 'The copy cloud is 2 h behind: 3 backups are on the way: No bucket.',
        hint: 'Look. It may be 1 h.',
      },
    ]);
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { type BinlogStanding, standingNote, streamLease } from '../../../src/domain/binlog/standing.ts';
import { type Backlog, copyLease, copyNote, nothingMissing } from '../../../src/domain/copies/copy-standing.ts';
import { catalogued } from '../../support/catalogued.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene();
  Object.assign(scene.world.schedules, { incremental: { cron: '0 */6 * * *', keepDays: 7, stream: true } });
  scene.state.leases.take(streamLease('alumni'));
});
afterEach(() => scene.close());

const backupId = '20261123T020000Z-full-alumni-aaaa';
const end = { timeline: '20261101T000000Z-aaaa', file: 'binlog.000007', end: 5000 };

function standsWith(reachesTo: string): void {
  const throughAt = '2026-11-23T05:00:00.000Z';
  const standing: BinlogStanding = {
    at: throughAt,
    state: 'streaming',
    server: null,
    heldAllAt: throughAt,
    encryptsUnder: [],
    expireSeconds: 0,
    coverage: [
      {
        repository: 'primary',
        end,
        throughAt,
        reaches: [{ backupId, from: '2026-11-23T02:00:02.000Z', to: reachesTo }],
        gaps: [{ after: '2026-11-23T03:00:00.000Z', before: '2026-11-23T04:00:00.000Z', reason: 'missing' }],
      },
    ],
    trouble: null,
  };
  scene.state.notes.set(standingNote('alumni'), JSON.stringify(standing));
}

const alerts = () => scene.slack.messages('#db-ops').filter(({ text }) => text.includes('Binlogs are missing'));

test('a gap is told within a minute, with a button for a full backup; a new one takes the alarm back, and a restart repeats nothing', async () => {
  const verified = { at: '2026-11-23T02:01:00Z', verdict: 'good', depth: 'read' } as const;
  scene.state.catalog.put(catalogued(backupId, { verified }));
  standsWith('2026-11-23T03:00:00.000Z');
  await scene.advance(16_000);
  const alert = await scene.slack.waitForMessage(({ text }) => text.includes('Binlogs are missing'));
  expect(alert.text.slice(0, 90)).toContain('🔴 CRITICAL · alumni · 2 h of changes at risk');
  const words = scene.slack.shownText(alert);
  expect(words).toContain('missing between 03:00:00 UTC and 04:00:00 UTC: the server had purged them');
  expect(words).toContain('[Take a full backup]');

  await scene.restartBot();
  await scene.advance(16_000);
  expect(alerts()).toHaveLength(1);

  standsWith('2026-11-23T05:00:00.000Z');
  await scene.advance(16_000);
  const answered = await scene.slack.waitForMessage(({ text }) => text.includes('the binlogs are well again'));
  expect(answered.ts).toBe(alert.ts);
  expect(scene.slack.shownText(answered)).not.toContain('[Take a full backup]');
  expect(alerts()).toHaveLength(0);
  expect(scene.slack.notices()).toEqual([]);
});

test('what is only a warning is not shouted', async () => {
  standsWith('2026-11-23T05:00:00.000Z');
  scene.state.leases.release(streamLease('alumni'));
  await scene.advance(16_000);
  expect(scene.slack.messages('#db-ops').filter(({ text }) => /binlog/i.test(text))).toEqual([]);
});

test('a copy that is behind its bound is told, once, and taken back when it has caught up', async () => {
  Object.assign(scene.world.repositories, { copies: [memoryRepository({ name: 'cloud' })] });
  scene.state.leases.take(copyLease('cloud', 'alumni'));
  const copyStands = (sets: Backlog) =>
    scene.state.notes.set(
      copyNote('cloud', 'alumni'),
      JSON.stringify({ at: '2026-11-23T05:00:00.000Z', sets, segments: nothingMissing, coverage: null }),
    );
  const now = scene.world.clock.now().getTime();
  const oldest = new Date(now - 2 * 3_600_000).toISOString();
  const trouble = { code: 'repository-unavailable', message: 'No such bucket.', hint: 'Make it.', retryable: true };
  copyStands({ missing: 3, oldest, trouble: { ...trouble, since: oldest } });
  await scene.advance(16_000);
  const alert = await scene.slack.waitForMessage(({ text }) => text.includes('copy cloud'));
  expect(alert.text.slice(0, 90)).toContain('🔴 CRITICAL · alumni · copy cloud is 2 h behind');
  const words = scene.slack.shownText(alert);
  expect(words).toContain('3 backups are on the way: No such bucket.');
  expect(words).toContain('[Copies]');

  await scene.restartBot();
  await scene.advance(16_000);
  expect(scene.slack.messages('#db-ops').filter(({ text }) => text.includes('copy cloud'))).toHaveLength(1);

  copyStands(nothingMissing);
  await scene.advance(16_000);
  const answered = await scene.slack.waitForMessage(({ text }) => text.includes('the copies are well again'));
  expect(answered.ts).toBe(alert.ts);
  expect(scene.slack.notices()).toEqual([]);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogued } from '../../support/catalogued.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene();
});
afterEach(() => scene.close());

const backupId = '20261123T050100Z-full-alumni-x7k2';
const findings = Array.from({ length: 9 }, (_, part) => `parts/000${part}-data in primary: altered, other bytes`);

test('a verification that found a backup bad names what is wrong, counts the rest, and says what to do', async () => {
  const verified = { at: '2026-11-23T05:01:00.000Z', verdict: 'bad', depth: 'read' } as const;
  scene.state.catalog.put(catalogued(backupId, { verified, findings }));
  const asked = { kind: 'verification', source: 'alumni', startedBy: 'ben', trigger: 'request' } as const;
  const started = scene.state.jobs.start(asked);
  if (started.kind === 'busy') throw new Error('one runs already');
  const { job } = started;
  scene.state.jobs.report(job.id, { backupId });
  scene.state.jobs.finish(job.id, { kind: 'found-bad', backupId, findings: 12 });
  await scene.advance(700);

  const alert = await scene.slack.waitForMessage(({ text }) => text.includes(backupId));
  const words = scene.slack.shownText(alert);
  expect(words).toContain('✗ parts/0005-data in primary: altered, other bytes\n… and 6 more');
  expect(words).toContain('At risk now');
  expect(words).toContain('Next step');
  expect(words).toContain('[Take a full backup]');
  expect(alert.text.slice(0, 90)).toContain('CRITICAL · alumni');

  await scene.slack.as('ben').command('/backup backups');
  const list = await scene.slack.waitForMessage(({ text }) => text.includes('1 backup of alumni'));
  expect(scene.slack.shownText(list)).toContain('*found bad* (9 findings)\n✗ parts/0000-data');
  expect(scene.slack.notices()).toEqual([]);
});

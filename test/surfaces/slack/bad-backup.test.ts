import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Trigger } from '../../../src/domain/job.ts';
import { catalogued } from '../../support/catalogued.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene();
});
afterEach(() => scene.close());

const backupId = '20261123T050100Z-full-alumni-x7k2';
const findingOf = (part: number) => `parts/000${part}-data in primary: altered, other bytes`;

/** A verification that found so many things wrong, of which the catalog knows nine at most. */
async function foundBad(findings: number, trigger: Trigger = 'request'): Promise<void> {
  const verified = { at: '2026-11-23T05:01:00.000Z', verdict: 'bad', depth: 'read' } as const;
  const known = Array.from({ length: Math.min(findings, 9) }, (_, part) => findingOf(part));
  scene.state.catalog.put(catalogued(backupId, { verified, findings: known }));
  const started = scene.state.jobs.start({ kind: 'verification', source: 'alumni', startedBy: 'ben', trigger });
  if (started.kind === 'busy') throw new Error('one runs already');
  scene.state.jobs.report(started.job.id, { backupId });
  if (trigger === 'schedule') await scene.advance(1_400);
  scene.state.jobs.finish(started.job.id, { kind: 'found-bad', backupId, findings });
  await scene.advance(2_100);
}

const alert = () =>
  scene.slack.waitForMessage(({ text, threadTs }) => threadTs === undefined && text.includes(`backup ${backupId}`));

/** Every file below the alert, opened. */
async function files(): Promise<string[]> {
  const shared = scene.slack.thread(await alert()).flatMap((message) => message.files ?? []);
  return Promise.all(shared.map(async ({ id }) => (await fetch(`${scene.slack.url}files/${id}`)).text()));
}

test('a verification that found a backup bad names what is wrong, counts the rest, and says what to do', async () => {
  await foundBad(12);
  const words = scene.slack.shownText(await alert());
  expect(words).toContain('✗ parts/0005-data in primary: altered, other bytes\n… and 6 more');
  expect(words).toContain('At risk now');
  expect(words).toContain('Next step');
  expect(words).toContain('[Take a full backup]');
  expect((await alert()).text.slice(0, 90)).toContain('CRITICAL · alumni');

  await scene.slack.as('ben').command('/backup backups');
  const list = await scene.slack.waitForMessage(({ text }) => text.includes('1 backup of alumni'));
  expect(scene.slack.shownText(list)).toContain('*found bad* (9 findings)\n✗ parts/0000-data');
  expect(scene.slack.notices()).toEqual([]);
});

describe('what does not fit into the alert', () => {
  test.each(['request', 'schedule'] as const)('is a file in its thread (%s)', async (trigger) => {
    await foundBad(12, trigger);
    const [file = '', ...more] = await files();
    expect(more).toEqual([]);
    expect(file).toContain(`Backup ${backupId} of alumni is bad: 12 findings.\nVerified 2026-11-23 05:01 UTC`);
    expect(file.match(/^parts\/.*$/gm)).toEqual(Array.from({ length: 9 }, (_, part) => findingOf(part)));
    expect(file).toContain('… and 3 more');
    expect(scene.slack.notices()).toEqual([]);
  });

  test('is no file where all of it fits', async () => {
    await foundBad(6);
    expect(await files()).toEqual([]);
  });

  test('comes later when Slack wants a pause, even from a bot that was restarted meanwhile, and comes once', async () => {
    scene.slack.limit('files.getUploadURLExternal', 60);
    await foundBad(7);
    expect(await files()).toEqual([]);
    await scene.restartBot();
    await scene.advance(2_100);
    expect(await files()).toHaveLength(1);
    await scene.restartBot();
    await scene.advance(2_100);
    expect(await files()).toHaveLength(1);
  });

  test('is done without where the app may not write files: the alert stands, and the log says what to do', async () => {
    scene.slack.refuse('files.getUploadURLExternal', 'missing_scope');
    await foundBad(7);
    await scene.advance(60_000);
    expect(await files()).toEqual([]);
    expect(
      scene.logged.filter((line) => line.includes('tidemark doctor says whether a scope is missing')),
    ).toHaveLength(1);
  });
});

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile } from '../../../src/adapters/crypto/key-file.ts';
import type { CatalogEntry } from '../../../src/domain/catalog.ts';
import { scheduler } from '../../../src/domain/principal.ts';
import { prune } from '../../../src/operations/prune.ts';
import type { Message } from '../../../src/playground/vocabulary.ts';
import { parseKeep } from '../../../src/surfaces/slack/subcommands/keep.ts';
import { eventually } from '../../support/eventually.ts';
import { setsIn, storeSet } from '../../support/retention-world.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let scene: SlackScene;
let [older, old, newest]: CatalogEntry[] = [];
beforeEach(async () => {
  scene = await slackScene();
  const key = await createKeyFile(join(temporaryDirectory(), 'test.key'), 'k-test');
  // The world is played but for what pruning needs.
  Object.assign(scene.world, { encryption: keyEncryption([key]) });
  older = await storeSet(scene.world, { days: 40 });
  old = await storeSet(scene.world, { days: 31 });
  newest = await storeSet(scene.world, { days: 1 });
});
afterEach(() => scene.close());

const there = () => setsIn(scene.world.repositories.primary);
const idOf = (entry: CatalogEntry | undefined) => entry?.id ?? 'none';
const shown = (message: Message) => scene.slack.shownText(message);

/** What the app says next that reads so. */
async function heard(words: string): Promise<Message> {
  return scene.slack.waitForMessage((one) => one.author.kind === 'app' && shown(one).includes(words));
}

describe('/backup prune', () => {
  test('shows what would go and why the rest stays, and removes nothing', async () => {
    await storeSet(scene.world, { days: 35, verdict: 'bad' });
    await scene.slack.as('chen').command('/backup keep x', { channel: 'db-ops' });
    await scene.slack.as('chen').command('/backup prune', { channel: 'db-ops' });
    const plan = shown(await heard('Pruning alumni'));
    expect(plan).toContain('3 backups would go');
    expect(plan).toContain(`${idOf(old)}\` its 30 days were over on 2026-11-22; ${idOf(newest)}, verified, stays`);
    expect(plan).toContain('1 other in primary within its time');
    expect(plan).toContain('[Remove these 3]');
    expect(await there()).toHaveLength(4);
  });

  test('the button removes just what was shown, for those who may, and the report stands in the thread of the day', async () => {
    await scene.slack.as('chen').command('/backup prune', { channel: 'db-ops' });
    const plan = await heard('Pruning alumni');
    await scene.slack.as('chen').click(plan, 'run:0');
    expect(shown(await heard('You may not'))).toContain('operator or admin');
    expect(await there()).toHaveLength(3);

    await scene.slack.as('ben').click(plan, 'run:0');
    await heard('Removed 2 backups');
    expect(await there()).toEqual([idOf(newest)]);
    await scene.advance(6_000);
    const head = scene.slack.messages('db-ops').find(({ text }) => text.startsWith('Monday 23 November'));
    const [report, ...more] = scene.slack.thread(head ?? plan).map(shown);
    expect(report).toContain(`${idOf(older)}\` ${older?.storedBytes} B, from primary: its 30 days were over`);
    expect(report).toContain('asked for by ben');
    expect(more).toEqual([]);
  });

  test('once something else would go, the button removes nothing and shows that', async () => {
    await scene.slack.as('ben').command('/backup prune', { channel: 'db-ops' });
    const plan = await heard('2 backups would go');
    await scene.slack
      .as('ben')
      .command(`/backup keep ${idOf(old).slice(-4)} until 2026-12-31 “before the move”`, { channel: 'db-ops' });
    expect(shown(await heard('pinned by'))).toContain('pinned by ben until 2026-12-31: before the move');
    await scene.slack.as('ben').click(plan, 'run:0');
    expect(shown(await heard('What you saw is not what would go now'))).toContain('[Remove it]');
    expect(await there()).toHaveLength(3);
  });
});

describe('what was pruned elsewhere', () => {
  const inChannel = () => scene.slack.messages('db-ops').filter(({ text }) => !text.startsWith('Hello'));
  /** Below the only message that stands in the channel. */
  const inThread = () => {
    const [head, ...others] = inChannel();
    expect(others).toEqual([]);
    return head ? scene.slack.thread(head).map(shown) : [];
  };

  test('shows once in the thread of the day, also after a restart, with what is locked and lingers', async () => {
    await scene.stopBot();
    await prune(scene.world, { principal: scheduler });
    const note = JSON.parse(scene.state.notes.get('prune:alumni') ?? '[]');
    note[0].locked = [{ id: idOf(older), repository: 'cloud', until: '2027-01-03T00:00:00.000Z' }];
    note[0].lingering = [{ repository: 'cloud', backups: 3 }];
    scene.state.notes.set('prune:alumni', JSON.stringify(note));
    const told = async () => {
      await scene.advance(5_000);
      expect(inThread()).toHaveLength(1);
    };
    await scene.restartBot();
    await eventually(told);
    await scene.restartBot();
    // Another one follows it, and only that.
    await storeSet(scene.world, { days: 33 });
    await prune(scene.world, { principal: scheduler });
    await eventually(async () => {
      await scene.advance(5_000);
      expect(inThread()).toHaveLength(2);
    });
    const [report, ...more] = inThread();
    expect(more).toEqual([expect.stringContaining('Removed 1 backup')]);
    expect(report).toContain('on its daily round');
    expect(report).toContain('is locked in cloud until 2027-01-03; it is tried again then');
    expect(report).toContain('3 removed backups still lie in cloud, tagged for days');
  });

  test('stands in the channel itself when something was in the way', async () => {
    await scene.world.repositories.primary.remove(`alumni/full/${idOf(newest)}/keys`);
    await prune(scene.world, { principal: scheduler });
    await scene.advance(6_000);
    const [alert] = inChannel();
    expect(alert?.threadTs).toBeUndefined();
    expect(alert?.text).toBe('alumni: pruning met trouble; nothing that is needed was removed');
    expect(shown(alert as Message)).toContain('keys is missing');
    expect(await there()).toHaveLength(3);
  });

  test('waits while Slack is away', async () => {
    scene.slack.slackIs('refusing');
    await prune(scene.world, { principal: scheduler });
    await scene.advance(12_000);
    expect(inChannel()).toEqual([]);
    scene.slack.slackIs('well');
    await scene.advance(60_000);
    expect(inThread()).toHaveLength(1);
  });

  test('that removed nothing says nothing', async () => {
    for (const entry of [older, old]) scene.state.catalog.remove(idOf(entry));
    await prune(scene.world, { principal: scheduler });
    await scene.advance(12_000);
    expect(inChannel()).toEqual([]);
  });
});

describe('/backup keep', () => {
  test.each([
    ['x7k2 until 2027-03-01 before the move', { backup: 'x7k2', until: '2027-03-01', reason: 'before the move' }],
    ['x7k2 --until 2027-03-01 --reason before it', { backup: 'x7k2', until: '2027-03-01', reason: 'before it' }],
    ['x7k2 --reason before it --until 2027-03-01', { backup: 'x7k2', until: '2027-03-01', reason: 'before it' }],
    ['x7k2 asked for by the auditors', { backup: 'x7k2', reason: 'asked for by the auditors' }],
    ['', { reason: '' }],
  ])('%s', (words, expected) => {
    expect(parseKeep(words.split(' ').filter((word) => word !== ''))).toEqual(expected);
  });

  test('shows in the list and in detail, and ends by unkeep', async () => {
    await scene.slack.as('ben').command(`/backup keep ${idOf(old)} asked for by the auditors`, { channel: 'db-ops' });
    await heard('pinned by ben: asked for by the auditors');
    await scene.slack.as('chen').command('/backup backups', { channel: 'db-ops' });
    expect(shown(await heard('newest first'))).toContain('📌 pinned by ben: asked for by the auditors');
    await scene.slack.as('chen').command(`/backup show ${idOf(old)}`, { channel: 'db-ops' });
    expect(shown(await heard('Largest tables'))).toContain('📌 Pinned by ben: asked for by the auditors');

    await scene.slack.as('ben').command(`/backup unkeep ${idOf(old)}`, { channel: 'db-ops' });
    expect(shown(await heard('You may not'))).toContain('admin');
    await scene.slack.as('asha').command(`/backup unkeep ${idOf(old)}`, { channel: 'db-ops' });
    await heard('is released');
    expect(scene.state.catalog.get(idOf(old))?.pin).toBeNull();
  });

  test('without a reason asks for one', async () => {
    await scene.slack.as('ben').command(`/backup keep ${idOf(old)}`, { channel: 'db-ops' });
    await heard('Why is it kept?');
    await scene.slack.as('ben').command('/backup keep', { channel: 'db-ops' });
    await heard('Which backup, and why?');
  });
});

test('/backup storage says what lies where and how it grows', async () => {
  Object.assign(scene.world.repositories.primary, { freeBytes: async () => 10 * 1024 ** 3 });
  await scene.slack.as('chen').command('/backup storage', { channel: 'db-ops' });
  const said = shown(await heard('of backups'));
  expect(said).toContain('10 GiB free');
  expect(said).toContain('3 full backups');
});

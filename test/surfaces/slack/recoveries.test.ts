import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Recovery } from '../../../src/domain/recovery/recovery.ts';
import { checkBlocks } from '../../../src/playground/blocks/check-blocks.ts';
import type { Message } from '../../../src/playground/vocabulary.ts';
import { recoveriesMessage, recoveryMessage, recoveryNews } from '../../../src/surfaces/slack/blocks/recovery.ts';
import { slackDirectory } from '../../../src/surfaces/slack/directory.ts';
import { parseRestore } from '../../../src/surfaces/slack/subcommands/restore.ts';
import { somePlan, someRecovery } from '../../support/plan.ts';
import { people, type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene({ startAt: '2026-11-28T10:00:00Z' });
});
afterEach(() => scene.close());

const shown = (message: Message) => scene.slack.shownText(message);
const cards = () => scene.slack.messages('db-ops').filter((message) => shown(message).includes('recovery of alumni'));

async function card(words: string): Promise<Message> {
  return vi.waitFor(async () => {
    await scene.advance(1_600);
    const found = cards().find((message) => shown(message).toLowerCase().includes(words.toLowerCase()));
    if (!found) throw new Error(`no card says ${words}: ${cards().map(shown).join('\n---\n')}`);
    return found;
  });
}

async function whispered(person: string, words: string): Promise<void> {
  await vi.waitFor(() => expect(scene.slack.ephemerals(person).map(shown).join('\n')).toContain(words));
}

function ask(change: Partial<Recovery> = {}): void {
  scene.state.recoveries.request(
    someRecovery({ requested: { by: 'ben', via: 'slack', at: scene.now().toISOString() }, ...change }),
  );
}
const change = (changed: Partial<Recovery>) =>
  scene.state.recoveries.change('r-20261128T100000Z-r3cv', ({ revision: _, ...current }) => ({
    ...current,
    ...changed,
  }));

describe('the card of a recovery', () => {
  test('says what will be done and lost, and is approved by another person alone', async () => {
    ask();
    const first = await card('waits for 1 more approver');
    for (const words of [
      'From',
      'replacement at 10.0.0.9:3306',
      'Will be lost',
      '▫️ Restore the full backup',
      'requested by ben in Slack',
    ])
      expect(shown(first)).toContain(words);

    await scene.slack.as('chen').click(first, 'run:0');
    await whispered('chen', 'takes the role approver');
    await scene.slack.as('ben').click(first, 'run:0');
    await whispered('ben', 'somebody else has to approve it');
    await scene.slack.as('asha').click(first, 'run:0');
    await whispered('asha', 'You have approved it');
    expect(shown(await card('approved by asha in Slack'))).toContain('Approved; may begin until');
    await scene.slack.as('asha').click(first, 'run:0');
    await whispered('asha', 'It is approved and about to begin');
    expect(cards()).toHaveLength(1);
    await vi.waitFor(() => expect(scene.slack.directMessages('ben').map(shown).join()).toContain('approved'));
  });

  test('follows it to its end in one message, says how far it is, and offers the events last', async () => {
    ask();
    await card('waits for 1 more approver');
    const began = scene.now().toISOString();
    const progress = {
      step: 'restoring',
      doneBytes: 50,
      totalBytes: 100,
      storedBytes: 0,
      doneParts: 0,
      totalParts: 0,
    } as const;
    change({
      state: 'running',
      startedAt: began,
      progress,
      steps: [
        { id: 'read', startedAt: began, finishedAt: began },
        { id: 'restore', startedAt: began, finishedAt: null },
      ],
    });
    const running = shown(await card('Running: Restore the full backup'));
    expect(running).toContain('50 %');
    expect(running).toContain('☑️ Read everything');
    change({
      state: 'succeeded',
      finishedAt: scene.now().toISOString(),
      eventsToEnable: [{ schema: 'a', name: 'nightly' }],
    });
    const done = await card('[Enable 1 event]');
    expect(shown(done)).toContain('within 4 h');
    expect(cards()).toHaveLength(1);
  });

  test('of one that failed says what state the server is in and what can be done', async () => {
    ask();
    const at = scene.now().toISOString();
    const failure = { code: 'restore-failed', message: 'the disk is full', hint: 'free it', retryable: false };
    change({ state: 'failed', startedAt: at, failure, steps: [{ id: 'restore', startedAt: at, finishedAt: null }] });
    const failed = shown(await card('the disk is full'));
    expect(failed).toContain('Begun and not ended: restore the full backup');
    expect(failed).toContain('Nobody should use it yet');
    expect(failed).toContain('[Go on]');
  });

  test('takes no word of somebody who has left the workspace', async () => {
    Object.assign(scene.world, { people, directory: slackDirectory(scene.slack) });
    ask();
    const first = await card('waits for 1 more approver');
    scene.slack.as('asha').leave();
    await scene.slack.as('asha').click(first, 'run:0');
    await whispered('asha', 'asha is no longer active');
    expect(scene.state.recoveries.list()[0]?.approvals).toEqual([]);
  });

  test('that was asked for while Slack was away is posted when it is back', async () => {
    scene.slack.slackIs('refusing');
    ask({ breakGlass: 'nobody is awake' });
    await scene.advance(6_000);
    expect(cards()).toEqual([]);
    scene.slack.slackIs('well');
    await scene.advance(60_000);
    expect(shown(await card('breaking glass'))).toContain('nobody is awake');
  });
});

test('/backup approvals lists what is open, and shows one in detail', async () => {
  await scene.slack.as('chen').command('/backup approvals', { channel: 'db-ops' });
  await whispered('chen', 'No recovery waits for anybody');
  ask();
  await scene.slack.as('chen').command('/backup approvals', { channel: 'db-ops' });
  await whispered('chen', 'r-20261128T100000Z-r3cv');
  await scene.slack.as('chen').command('/backup approvals r3cv', { channel: 'db-ops' });
  await whispered('chen', someRecovery().hash);
});

test('/backup restore says how, refuses what nobody can be given, and asks nobody who may not ask', async () => {
  await scene.slack.as('ben').command('/backup restore', { channel: 'db-ops' });
  await whispered('ben', 'No server to restore into is configured');
  await scene.slack.as('ben').command('/backup restore pitr scratch until yesterday', { channel: 'db-ops' });
  await whispered('ben', 'yesterday is no moment');
  await scene.slack.as('chen').command('/backup restore full scratch', { channel: 'db-ops' });
  await whispered('chen', 'takes the role');
});

test.each([
  ['full to replacement', { way: 'full', target: 'replacement', scratch: false }],
  ['full alumni replacement', { way: 'full', source: 'alumni', target: 'replacement', scratch: false }],
  ['pitr scratch until 2026-11-28 10:30', { way: 'pitr', scratch: true, until: '2026-11-28 10:30' }],
  [
    'pitr --target replacement --before binlog.000003:77 --backup x7k2',
    { way: 'pitr', target: 'replacement', scratch: false, before: 'binlog.000003:77', backup: 'x7k2' },
  ],
  [
    'table alumni.users until 2026-11-28T10:30Z swap',
    { way: 'table', table: 'alumni.users', scratch: false, swap: true, until: '2026-11-28T10:30Z' },
  ],
])('restore %s is understood', (typed, expected) => {
  const world = { ...scene.world, targets: new Map([['replacement', {} as never]]) };
  expect(parseRestore({ words: typed.split(' '), world })).toEqual(expected);
});

test('Slack takes a card of whatever is in it', () => {
  const endless = '<!channel> *b* `c` & 👨‍👩‍👧‍👦'.repeat(300);
  const plan = somePlan({
    warnings: Array(60).fill(endless),
    target: { ...somePlan().target, replaces: Array(300).fill(endless), place: endless },
    steps: Array.from({ length: 40 }, (_, index) => ({ id: String(index), title: endless, seconds: 1 })),
    loss: {
      from: '2026-11-28T09:00:00Z',
      to: '2026-11-28T10:00:00Z',
      transactions: 5,
      tables: Array(900).fill({ table: endless, changes: 1 }),
    },
  });
  const failure = { code: 'x', message: endless, hint: endless, retryable: false };
  const now = new Date('2026-11-28T10:00:00Z');
  for (const state of ['requested', 'running', 'failed', 'succeeded', 'void'] as const) {
    const recovery = {
      ...someRecovery({ plan, state, failure, startedAt: now.toISOString(), notes: Array(50).fill(endless) }),
      revision: 1,
    };
    for (const message of [
      recoveryMessage(recovery, now, { detailed: true }),
      recoveryNews(recovery, now, endless),
      recoveriesMessage(Array(60).fill(recovery), now),
    ]) {
      expect(checkBlocks(message.blocks).kind).toBe('accepted');
    }
  }
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import type { OpenModal } from '../../../src/playground/vocabulary.ts';
import { playedRequests } from '../../support/played-recovery.ts';
import { type SceneOptions, type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
/** What Slack had to refuse, by the test's own doing. */
let refusedOnPurpose: string[] = [];
afterEach(async () => {
  expect(scene.slack.notices().map(({ error }) => error)).toEqual(refusedOnPurpose);
  refusedOnPurpose = [];
  await scene.close();
});

const words = (modal: OpenModal) => scene.slack.shownText(modal);
const isForm = (modal: OpenModal) => modal.modal.callback_id === 'restore';

async function started(options: SceneOptions = {}, played = playedRequests()) {
  const { requestRecovery } = played;
  const operations = { requestRecovery };
  const targets = ['replacement', 'broken'];
  scene = await slackScene({ startAt: '2026-11-28T10:35:00Z', targets, scratch: true, operations, ...options });
  return played;
}

/** Somebody with the form before her, as the command opened it. */
async function formBefore(name: string, command = '/backup restore') {
  await scene.slack.as(name).command(command, { channel: 'db-ops' });
  await scene.slack.waitForModal(name, isForm);
  return scene.slack.as(name);
}

async function whispered(person: string, said: string): Promise<void> {
  const { slack } = scene;
  await vi.waitFor(() => expect(slack.ephemerals(person).map(slack.shownText).join('\n')).toContain(said));
}

describe.each(['socket-mode', 'http'] as const)('the form of /backup restore over %s', (transport) => {
  test('asks for everything up to now, and says where the card is', async () => {
    const { asked } = await started({ transport });
    const ben = await formBefore('ben');
    expect(words((await ben.modal()) ?? never())).toContain('[A private scratch server, to look at]');
    const waiting = await ben.submit({ target: 'on:replacement', why: 'the server burnt down' });
    expect(waiting?.modal.submit).toBeUndefined();
    const done = await scene.slack.waitForModal('ben', (it) =>
      words(it).includes('waits for approval in <#C0DBOPS00>'),
    );
    expect(words(done)).toContain('Will be lost');
    expect(asked).toEqual([
      {
        scenario: 'complete',
        source: 'alumni',
        target: 'replacement',
        end: { kind: 'chain-end' },
        why: 'the server burnt down',
      },
    ]);
    await vi.waitFor(async () => {
      await scene.advance(800);
      const [card] = scene.slack.messages('db-ops').slice(-1);
      expect(scene.slack.shownText(card ?? never())).toContain('requested by ben in Slack');
      expect(scene.slack.shownText(card ?? never())).toContain('the server burnt down');
    });
  });
});

test('a moment is typed on the clocks of whoever reads, and said in UTC as well before anything is asked for', async () => {
  const { asked } = await started();
  const asha = await formBefore('asha', '/backup restore pitr scratch');
  expect(asha.modal()?.entered).toMatchObject({ scenario: 'point-in-time', target: 'scratch', clock: 'UTC' });
  expect(asha.modal()?.entered.day).toBe('2026-11-28');
  await asha.enter('clock', 'Asia/Kolkata');
  await asha.enter('time', '16:00:45');
  const echoed = await scene.slack.waitForModal('asha', (it) => words(it).includes('2026-11-28 10:30:45 UTC'));
  expect(words(echoed)).toContain('which is 2026-11-28 16:00:45 on your clocks (Asia/Kolkata)');
  await asha.submit({ why: 'a row was lost' });
  await scene.slack.waitForModal('asha', (it) => words(it).includes('waits for approval'));
  expect(asked).toMatchObject([{ scenario: 'point-in-time', end: { kind: 'moment', at: '2026-11-28T10:30:45.000Z' } }]);
  expect(asked[0]).not.toHaveProperty('target');
});

test('what is wrong is said beside its field, and nothing is asked for', async () => {
  const { asked } = await started();
  const ben = await formBefore('ben', '/backup restore pitr replacement');
  expect((await ben.submit({ time: 'noon', why: 'x' }))?.errors).toEqual({
    time: 'Write it as 10:30 or 10:30:45, of 24 hours.',
  });
  await ben.enter('end', 'before');
  await scene.slack.waitForModal('ben', (it) => 'before' in it.entered);
  const { errors } = (await ben.submit({ before: 'yesterday' })) ?? never();
  expect(errors.before).toContain('yesterday is no place in the binlogs');
  expect(asked).toEqual([]);
  await ben.submit({ before: 'binlog.000012:4711' });
  await scene.slack.waitForModal('ben', (it) => words(it).includes('waits for approval'));
  expect(asked).toMatchObject([
    { end: { kind: 'before-statement', place: { file: 'binlog.000012', position: 4711 } } },
  ]);
});

test('what the form does not ask for any more when another end is chosen goes, what it still asks for stays', async () => {
  await started();
  const ben = await formBefore('ben');
  expect(ben.modal()?.entered).not.toHaveProperty('time');
  await ben.enter('why', 'a drill');
  await ben.enter('scenario', 'point-in-time');
  const changed = await scene.slack.waitForModal('ben', (it) => 'time' in it.entered);
  expect(changed.entered.why).toBe('a drill');
  await ben.enter('end', 'gtid');
  expect((await scene.slack.waitForModal('ben', (it) => 'gtid' in it.entered)).entered).not.toHaveProperty('time');
});

test('what a click on a found statement knows already stands in the form', async () => {
  await started();
  const ben = await formBefore('ben', '/backup restore alumni before binlog.000012:4711');
  expect(ben.modal()?.entered).toMatchObject({
    scenario: 'point-in-time',
    end: 'before',
    before: 'binlog.000012:4711',
  });
});

test('what only one scenario asks for goes into the details of the request', async () => {
  const { asked } = await started();
  const ben = await formBefore('ben', '/backup restore table');
  await ben.submit({ table: 'alumni.users', time: '10:30', why: 'rows are missing' });
  await scene.slack.waitForModal('ben', (it) => words(it).includes('waits for approval'));
  expect(asked).toMatchObject([{ scenario: 'table', details: { table: 'alumni.users' }, end: { kind: 'moment' } }]);
  expect(asked[0]).not.toHaveProperty('target');
});

test('a plan that cannot be made leaves the form filled in, under the reason', async () => {
  await started();
  const ben = await formBefore('ben', '/backup restore full');
  await ben.submit({ target: 'on:broken', why: 'a drill' });
  const again = await scene.slack.waitForModal('ben', (it) => words(it).includes('It is not reachable'));
  expect(again.entered).toMatchObject({ target: 'on:broken', why: 'a drill' });
  expect(words(again)).toContain('Start it.');
});

test('whoever closes it while the plan is made is told all the same', async () => {
  let go = () => {};
  const slowly = () => new Promise<void>((resolve) => (go = resolve));
  await started({}, playedRequests({ slowly }));
  const ben = await formBefore('ben');
  await ben.submit({ target: 'on:replacement', why: 'a drill' });
  await ben.closeModal();
  go();
  await vi.waitFor(() =>
    expect(scene.slack.directMessages('ben').map(scene.slack.shownText).join()).toContain('waits for approval'),
  );
  refusedOnPurpose = ['not_found'];
});

test('without a zone from Slack moments are of UTC', async () => {
  await started();
  scene.slack.refuse('users.info', 'missing_scope');
  refusedOnPurpose = ['missing_scope'];
  const asha = await formBefore('asha', '/backup restore pitr scratch');
  expect(words(asha.modal() ?? never())).not.toContain('your clocks');
});

test('the form names the sources that one may recover, and is not opened before anybody else', async () => {
  const people = { ben: { slack: 'U0BEN0000', roles: { a: ['operator' as const], c: ['approver' as const] } } };
  await started({ sources: ['a', 'b', 'c'], people });
  const ben = await formBefore('ben');
  const shown = words(ben.modal() ?? never());
  expect(shown).toContain('[a]\n[c]');
  expect(shown).not.toContain('[b]');
  await scene.slack.as('chen').command('/backup restore', { channel: 'db-ops' });
  await whispered('chen', 'You may not do that');
  expect(scene.slack.as('chen').modal()).toBeUndefined();
});

function never(): never {
  throw new Error('nothing stands there');
}

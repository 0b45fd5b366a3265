import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { People } from '../../../src/domain/people.ts';
import type { Message } from '../../../src/playground/vocabulary.ts';
import { somePlan, someRecovery } from '../../support/plan.ts';
import { people, type SlackScene, slackScene } from '../../support/slack-scene.ts';

const withDara: People = { ...people, dara: { slack: 'U0DARA000', roles: { '*': ['approver'] } } };

let scene: SlackScene;
let card: Message;
beforeEach(async () => {
  scene = await slackScene({ startAt: '2026-11-28T10:00:00Z', people: withDara });
  scene.state.recoveries.request(
    someRecovery({
      plan: somePlan({ target: { ...somePlan().target, replaces: ['shop'] } }),
      rule: { ...someRecovery().rule, approvers: 2, typedTarget: true },
    }),
  );
  card = await saying('waits for 2 more');
});
afterEach(() => scene.close());

const shown = (message: Message) => scene.slack.shownText(message);
const audited = () => scene.state.audit.list({ limit: 50 }).map(({ action, detail }) => [action, detail]);

async function saying(words: string): Promise<Message> {
  return vi.waitFor(async () => {
    await scene.advance(1_600);
    const found = scene.slack.messages('db-ops').find((message) => shown(message).toLowerCase().includes(words));
    return found ?? Promise.reject(new Error(scene.slack.messages('db-ops').map(shown).join('\n---\n')));
  });
}

async function whispered(person: string, words: string): Promise<void> {
  await vi.waitFor(() => expect(scene.slack.ephemerals(person).map(shown).join('\n')).toContain(words));
}

test('the name of the server is typed in a form; a wrong one is said beside it, and audited', async () => {
  const dara = scene.slack.as('dara');
  await dara.click(card, 'run:0');
  const form = await scene.slack.waitForModal('dara', () => true);
  expect(scene.slack.shownText(form)).toContain('What *replacement* holds now is replaced');
  const wrong = await dara.submit({ typed: 'Replacement' });
  expect(wrong?.errors.typed).toContain('Only replacement is, letter by letter');
  expect(audited()).toContainEqual(['recovery.approve.refused', { reason: 'target-not-typed' }]);
  expect(await dara.submit({ typed: 'replacement' })).toBeUndefined();
  expect(shown(await saying('waits for 1 more'))).toContain('approved by dara in Slack');
});

test('whoever asked for it, or may not approve, gets no form but the reason', async () => {
  await scene.slack.as('asha').click(card, 'run:0');
  await whispered('asha', 'somebody else has to approve it');
  await scene.slack.as('chen').click(card, 'run:0');
  await whispered('chen', 'takes the role approver');
  expect(scene.slack.as('asha').modal()).toBeUndefined();
  expect(scene.slack.as('chen').modal()).toBeUndefined();
  expect(audited()).toContainEqual(['recovery.approve.refused', { reason: 'self-approval' }]);
});

test('what has changed while the form stood open is said in it, and nothing is approved', async () => {
  const dara = scene.slack.as('dara');
  await dara.click(card, 'run:0');
  await scene.slack.waitForModal('dara', () => true);
  await scene.slack.as('asha').command('/backup approvals cancel r3cv', { channel: 'db-ops' });
  await whispered('asha', 'It is called off');
  const late = await dara.submit({ typed: 'replacement' });
  expect(late && scene.slack.shownText(late)).toContain('It is cancelled');
  expect(late?.modal.submit).toBeUndefined();
  expect(scene.state.recoveries.get(someRecovery().id)?.approvals).toEqual([]);
});

test('typed as words it goes on working, and without a name opens the form', async () => {
  await scene.slack.as('dara').command('/backup approvals approve r3cv', { channel: 'db-ops' });
  await scene.slack.waitForModal('dara', () => true);
  await scene.slack.as('dara').command('/backup approvals approve r3cv replacement', { channel: 'db-ops' });
  await saying('waits for 1 more');
});

test('where no form can be opened the answer says what to type', async () => {
  scene.slack.refuse('views.open', 'expired_trigger_id');
  await scene.slack.as('dara').click(card, 'run:0');
  await whispered('dara', 'approvals approve ID replacement');
});

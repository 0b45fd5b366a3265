import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { boltApp, startBoltOverHttp } from './bolt-app.ts';
import { callApi } from './call-api.ts';
import { freshTrigger } from './fresh-trigger.ts';
import { type SocketApp, socketApp } from './socket-app.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value), value });

/** Asks for a target, a day and a reason; whoever chooses another target is heard at once. */
const form = (over: object = {}) => ({
  type: 'modal' as const,
  callback_id: 'restore',
  private_metadata: 'kept',
  title: plain('Restore'),
  submit: plain('Ask'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'target',
      label: plain('Target'),
      dispatch_action: true,
      element: { type: 'static_select' as const, action_id: 'it', options: [option('replacement'), option('spare')] },
    },
    {
      type: 'input' as const,
      block_id: 'day',
      label: plain('Day'),
      optional: true,
      element: { type: 'datepicker' as const, action_id: 'it', initial_date: '2026-11-28' },
    },
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input' as const, action_id: 'it', min_length: 3, max_length: 10 },
    },
  ],
  ...over,
});

describe('with a Bolt app', () => {
  let playground: Playground;
  let bot: App;

  const started = {
    async 'Socket Mode'() {
      bot = boltApp(playground);
      teach(bot);
      await bot.start();
    },
    async HTTP() {
      const { app, url } = await startBoltOverHttp(playground);
      bot = app;
      teach(bot);
      await playground.saveRequestUrl(url);
    },
  };
  beforeEach(async () => {
    playground = await startPlayground();
  });
  afterEach(async () => {
    await bot.stop();
    await playground.close();
  });

  test.each(['Socket Mode', 'HTTP'] as const)(
    'a command opens a modal over %s, which is filled in, refused beside its field, corrected and closed',
    async (transport) => {
      await started[transport]();
      const asha = await withModal();
      expect(asha.modal()?.entered).toEqual({ target: '', day: '2026-11-28', reason: '' });
      expect(playground.as('ben').modal()).toBeUndefined();

      const refused = await asha.submit({ target: 'spare', reason: 'bad' });
      expect(refused?.errors).toEqual({ reason: 'bad is no reason' });
      expect(playground.shownText(refused ?? never())).toContain('> bad\n❗ bad is no reason');

      expect(await asha.submit({ reason: 'a drill' })).toBeUndefined();
      const said = await playground.waitForMessage((it) => it.text.startsWith('asha'));
      expect(said.text).toBe('asha asks for spare of 2026-11-28: a drill, kept');
      expect(playground.notices()).toEqual([]);
    },
  );

  test('what Slack itself sees to be wrong does not reach the app', async () => {
    await started['Socket Mode']();
    const asha = await withModal();
    const { errors } = (await asha.submit({ reason: 'no' })) ?? never();
    expect(errors.target).toBe('Please complete this required field.');
    expect(errors.reason).toContain('at least 3');
    expect((await asha.submit({ reason: 'far too long a reason' }))?.errors.reason).toContain('at most 10');
    expect(playground.messages('db-ops')).toEqual([]);
  });

  test('a choice that dispatches lets the app change the modal, and what was entered stays', async () => {
    await started['Socket Mode']();
    const asha = await withModal();
    await asha.enter('reason', 'a drill');
    const before = asha.modal();
    await asha.enter('target', 'spare');
    const after = await playground.waitForModal('asha', (it) => it.modal.title.text === 'Restore to spare');
    expect(after).toMatchObject({ id: before?.id, entered: { target: 'spare', reason: 'a drill' } });
    expect(after.hash).not.toBe(before?.hash);
  });

  test('closing is told where the app wants to know', async () => {
    await started['Socket Mode']();
    const asha = await withModal();
    await asha.closeModal();
    expect(asha.modal()).toBeUndefined();
    await playground.waitForMessage((it) => it.text === 'asha closed it');
  });

  /** Asha, who has typed a command that opened the modal. */
  async function withModal() {
    await playground.as('asha').command('/backup restore');
    await playground.waitForModal('asha', (it) => it.modal.title.text === 'Restore');
    return playground.as('asha');
  }

  function teach(app: App): void {
    app.command('/backup', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: form() });
    });
    app.view({ type: 'view_submission', callback_id: 'restore' }, async ({ ack, body, view, client }) => {
      const { target, day, reason } = view.state.values;
      const why = reason?.it?.value ?? '';
      if (why === 'bad') return ack({ response_action: 'errors', errors: { reason: 'bad is no reason' } });
      await ack();
      const text = `${body.user.name} asks for ${target?.it?.selected_option?.value} of ${day?.it?.selected_date}: ${why}, ${view.private_metadata}`;
      await client.chat.postMessage({ channel: 'C0DBOPS00', text });
    });
    app.view({ type: 'view_closed', callback_id: 'restore' }, async ({ ack, body, client }) => {
      await ack();
      await client.chat.postMessage({ channel: 'C0DBOPS00', text: `${body.user.name} closed it` });
    });
    app.action({ type: 'block_actions', block_id: 'target' }, async ({ ack, body, action, client }) => {
      await ack();
      if (!body.view || action.type !== 'static_select') throw new Error('not a choice in a modal');
      const title = plain(`Restore to ${action.selected_option.value}`);
      await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: form({ title }) });
    });
  }
});

describe('against an app that does it wrong', () => {
  let clock: HandClock;
  let playground: Playground;
  let app: SocketApp;
  beforeEach(async () => {
    clock = handClock();
    playground = await startPlayground({ clock });
  });
  afterEach(async () => {
    app?.close();
    await playground.close();
  });

  const open = async (view: object = form()) => {
    const trigger_id = await freshTrigger(playground);
    const opened = await callApi(playground, 'views.open', { trigger_id, view: JSON.stringify(view) });
    app = await socketApp(playground);
    await app.next();
    return opened.view as { id: string; hash: string };
  };

  test('a trigger opens one modal, within three seconds', async () => {
    const trigger_id = await freshTrigger(playground);
    const view = JSON.stringify(form());
    expect(await callApi(playground, 'views.open', { trigger_id, view })).toMatchObject({ ok: true });
    expect(await callApi(playground, 'views.open', { trigger_id, view })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    const late = await freshTrigger(playground);
    clock.advance(3_001);
    expect(await callApi(playground, 'views.open', { trigger_id: late, view })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  test('a closed modal is not found, one that changed meanwhile conflicts', async () => {
    const { id, hash } = await open();
    const update = (over: object) =>
      callApi(playground, 'views.update', { view_id: id, view: JSON.stringify(form()), ...over });
    expect(await update({ hash })).toMatchObject({ ok: true });
    expect(await update({ hash })).toMatchObject({ error: 'hash_conflict' });
    expect(await update({})).toMatchObject({ ok: true });
    const closing = playground.as('asha').closeModal();
    await app.acknowledge(await app.next());
    await closing;
    expect(await update({})).toMatchObject({ error: 'not_found' });
  });

  test.each([
    ['an unknown field', { response_action: 'errors', errors: { nowhere: 'x' } }, 'invalid_errors'],
    ['no errors at all', { response_action: 'errors', errors: {} }, 'invalid_errors'],
    ['a view that Slack refuses', { response_action: 'update', view: { type: 'modal' } }, 'invalid_view'],
    ['something that is not played', { response_action: 'push', view: {} }, 'invalid_response_action'],
  ])('answering a submission with %s leaves the person with a modal in trouble', async (_, answer, error) => {
    await open();
    const submitting = playground.as('asha').submit({ target: 'spare', reason: 'a drill' });
    await app.acknowledge(await app.next(), answer);
    expect(await submitting).toMatchObject({ says: 'We had some trouble connecting. Try again?', waiting: false });
    expect(playground.notices()).toMatchObject([{ where: 'ack', error }]);
  });

  test('so does an app that does not answer within three seconds', async () => {
    await open();
    const submitting = playground.as('asha').submit({ target: 'spare', reason: 'a drill' });
    await app.next();
    clock.advance(3_000);
    expect(await submitting).toMatchObject({ says: expect.stringContaining('trouble') });
    expect(playground.notices()).toMatchObject([{ where: 'ack', error: 'operation_timeout' }]);
  });

  test('another view in the answer takes the place of the one that was submitted', async () => {
    await open();
    const submitting = playground.as('asha').submit({ target: 'spare', reason: 'a drill' });
    const done = { type: 'modal', title: plain('Asked'), blocks: [{ type: 'divider' }] };
    await app.acknowledge(await app.next(), { response_action: 'update', view: done });
    expect(await submitting).toMatchObject({ modal: { title: { text: 'Asked' } }, errors: {} });
  });
});

function never(): never {
  throw new Error('nothing stands there');
}

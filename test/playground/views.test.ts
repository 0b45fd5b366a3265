import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';

let clock: HandClock;
let playground: Playground;
beforeEach(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest: parseManifest(fallbackManifest) });
});
afterEach(() => playground.close());

const plain = (text: string) => ({ type: 'plain_text', text });
const view = (change: object = {}) => ({
  type: 'modal',
  title: plain('Sure?'),
  submit: plain('Yes'),
  blocks: [],
  ...change,
});
const input = (change: object = {}) => ({
  type: 'input',
  label: plain('Name'),
  element: { type: 'plain_text_input' },
  ...change,
});
const open = (opened: object, trigger = playground.as('asha').trigger()) =>
  callApi(playground, 'views.open', { trigger_id: trigger, view: JSON.stringify(opened) });

test('a trigger opens one modal, within three seconds', async () => {
  const trigger = playground.as('asha').trigger();
  expect(await open(view(), trigger)).toMatchObject({ ok: true });
  expect(playground.as('asha').modal()?.view.title.text).toBe('Sure?');
  expect(playground.as('ben').modal()).toBeUndefined();
  expect(await open(view(), trigger)).toMatchObject({ error: 'exchanged_trigger_id' });
  const late = playground.as('asha').trigger();
  clock.advance(3_001);
  expect(await open(view(), late)).toMatchObject({ error: 'expired_trigger_id' });
});

describe('what Slack takes of a modal, and what it refuses', () => {
  test.each([
    ['title', (length: number) => view({ title: plain('t'.repeat(length)) }), 24],
    ['submit', (length: number) => view({ submit: plain('t'.repeat(length)) }), 24],
    ['private_metadata', (length: number) => view({ private_metadata: 'm'.repeat(length) }), 3_000],
    ['blocks', (length: number) => view({ blocks: Array(length).fill({ type: 'divider' }) }), 100],
    ['label', (length: number) => view({ blocks: [input({ label: plain('l'.repeat(length)) })] }), 2_000],
  ])('%s', async (_, make, most) => {
    expect(await open(make(most))).toMatchObject({ ok: true });
    expect(await open(make(most + 1))).toMatchObject({ error: 'invalid_arguments' });
  });

  test('an input needs a button to submit it, and unknown properties are refused', async () => {
    const { submit: _, ...silent } = view({ blocks: [input()] });
    expect(await open(silent)).toMatchObject({ error: 'invalid_arguments' });
    expect(await open(view({ colour: 'red' }))).toMatchObject({ error: 'invalid_arguments' });
  });
});

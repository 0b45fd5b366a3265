import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { type LimitName, limits } from '../../src/playground/limits.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { limitFixtures } from './fixtures/limits.ts';
import { freshTrigger } from './fresh-trigger.ts';

let clock: HandClock;
let playground: Playground;

beforeAll(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest: parseManifest(fallbackManifest) });
});
afterAll(() => playground.close());
beforeEach(() => clock.advance(60_000));

const post = (args: Record<string, unknown>) =>
  callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', ...args });

const open = async (args: Record<string, unknown>) =>
  callApi(playground, 'views.open', { trigger_id: await freshTrigger(playground), ...args });

describe.each(Object.entries(limitFixtures))('%s', (name, fixture) => {
  const most = limits[name as LimitName];
  const send = async (size: number) => {
    if (fixture.method === undefined) return post(fixture.args(size));
    if (fixture.method === 'views.open') return open(fixture.args(size));
    const { ts } = await post({ text: 'to be updated' });
    return callApi(playground, fixture.method, { channel: 'C0DBOPS00', ts, ...fixture.args(size) });
  };

  test(`refuses ${most + 1}`, async () => {
    const answer = await send(most + 1);
    expect(answer).toMatchObject({ ok: false, error: fixture.error });
    if (fixture.says !== undefined) expect(answer.response_metadata?.messages).toContain(fixture.says);
  });

  test(`accepts ${most}`, async () => {
    expect(await send(most)).toMatchObject({ ok: true });
  });
});

describe('blocks Slack refuses', () => {
  const text = { type: 'mrkdwn', text: 'x' };
  const button = { type: 'button', text: { type: 'plain_text', text: 'x' } };
  const cases: [string, unknown, string][] = [
    ['an unknown block', [{ type: 'video' }], 'unsupported type: video [json-pointer:/blocks/0/type]'],
    [
      'an unknown element',
      [{ type: 'actions', elements: [{ type: 'datepicker' }] }],
      'unsupported type: datepicker [json-pointer:/blocks/0/elements/0/type]',
    ],
    ['a block without a type', [{ text }], 'missing required field: type [json-pointer:/blocks/0]'],
    ['a header without text', [{ type: 'header' }], 'missing required field: text [json-pointer:/blocks/0]'],
    ['a header in mrkdwn', [{ type: 'header', text }], 'must be a valid enum value [json-pointer:/blocks/0/text/type]'],
    ['an empty section', [{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0/type]'],
    [
      'empty text',
      [{ type: 'section', text: { ...text, text: '' } }],
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'emoji in mrkdwn',
      [{ type: 'section', text: { ...text, emoji: true } }],
      'invalid additional property: emoji [json-pointer:/blocks/0/text]',
    ],
    [
      'a property of our own',
      [{ type: 'divider', colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a style of our own',
      [{ type: 'actions', elements: [{ ...button, style: 'ghost' }] }],
      'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a number for a value',
      [{ type: 'actions', elements: [{ ...button, value: 7 }] }],
      'must provide a string [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'no elements',
      [{ type: 'actions', elements: [] }],
      'must provide at least 1 items [json-pointer:/blocks/0/elements]',
    ],
    [
      'one block_id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'one action_id twice in a block',
      [
        {
          type: 'actions',
          elements: [
            { ...button, action_id: 'a' },
            { ...button, action_id: 'a' },
          ],
        },
      ],
      '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
  ];

  test.each(cases)('%s', async (_, blocks, says) => {
    const answer = await post({ text: 'x', blocks: JSON.stringify(blocks) });
    expect(answer.error).toBe('invalid_blocks');
    expect(answer.response_metadata?.messages).toContain(`[ERROR] ${says}`);
  });

  test('what is not even JSON', async () => {
    expect(await post({ text: 'x', blocks: '[{' })).toMatchObject({ error: 'invalid_blocks_format' });
  });
});

describe('modals Slack refuses', () => {
  const plain = { type: 'plain_text', text: 'x' };
  const option = (value: string) => ({ text: plain, value });
  const input = (element: object, over: object = {}) => ({
    submit: plain,
    blocks: [{ type: 'input', block_id: 'it', label: plain, element, ...over }],
  });
  const typed = (over: object) => input({ type: 'plain_text_input', ...over });
  const cases: [string, object, string][] = [
    ['one without a title', { title: undefined }, 'missing required field: title [json-pointer:/view]'],
    ['a home tab', { type: 'home' }, 'must be a valid enum value [json-pointer:/view/type]'],
    [
      'a table in it',
      { blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }] },
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
    [
      'an input and nothing to submit it with',
      { ...input({ type: 'plain_text_input' }), submit: undefined },
      'missing required field: submit [json-pointer:/view]',
    ],
    [
      'an input without a label',
      input({ type: 'plain_text_input' }, { label: undefined }),
      'missing required field: label [json-pointer:/view/blocks/0]',
    ],
    [
      'a kind of input that is not played',
      input({ type: 'timepicker' }),
      'unsupported type: timepicker [json-pointer:/view/blocks/0/element/type]',
    ],
    [
      'less than the least at most',
      typed({ min_length: 5, max_length: 4 }),
      'must not be greater than `max_length` [json-pointer:/view/blocks/0/element/min_length]',
    ],
    [
      'more to begin with than may be entered',
      typed({ max_length: 2, initial_value: 'xxx' }),
      'must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]',
    ],
    [
      'a day that there is not',
      input({ type: 'datepicker', initial_date: '2026-02-31' }),
      'must be a valid date in the format YYYY-MM-DD [json-pointer:/view/blocks/0/element/initial_date]',
    ],
    [
      'a choice to begin with that is none',
      input({ type: 'static_select', options: [option('a')], initial_option: option('b') }),
      'must match one of the provided options [json-pointer:/view/blocks/0/element/initial_option]',
    ],
    [
      'one block_id twice',
      { blocks: ['a', 'a'].map((block_id) => ({ type: 'divider', block_id })) },
      '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]',
    ],
  ];

  test.each(cases)('%s', async (_, over, says) => {
    const view = JSON.stringify({ type: 'modal', title: plain, blocks: [], ...over });
    const answer = await open({ view });
    expect(answer.error).toBe('invalid_arguments');
    expect(answer.response_metadata?.messages).toContain(`[ERROR] ${says}`);
  });

  test('what is no view at all', async () => {
    expect(await open({ view: '[]' })).toMatchObject({ error: 'invalid_arguments' });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { type LimitName, limits } from '../../src/playground/limits.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { limitFixtures } from './fixtures/limits.ts';

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

describe.each(Object.entries(limitFixtures))('%s', (name, fixture) => {
  const most = limits[name as LimitName];
  const send = async (size: number) => {
    if (fixture.method === undefined) return post(fixture.args(size));
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

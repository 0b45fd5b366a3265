import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { swapNames } from '../../../src/domain/table-swap/swap-names.ts';
import { swapPhases, type TableSwap } from '../../../src/domain/table-swap/table-swap.ts';
import { keepSwap } from '../../../src/operations/table-swap/stored-swaps.ts';
import { checkBlocks } from '../../../src/playground/blocks/check-blocks.ts';
import type { Message } from '../../../src/playground/vocabulary.ts';
import { tableMessage, tableNews, tablesMessage } from '../../../src/surfaces/slack/blocks/tables.ts';
import { playedOperations, type SlackScene, slackScene } from '../../support/slack-scene.ts';

const table = { schema: 'alumni', name: 'users' };

function someSwap(change: Partial<TableSwap> = {}): TableSwap {
  const { copy, old } = swapNames(table, 'x7k2');
  return {
    ...{ id: 'r-20261128T100000Z-r3cv', source: 'alumni', requestedBy: 'ben', table, copy, old, hadLive: true },
    phase: 'beside',
    steps: [
      {
        title: 'the recovered table takes the place',
        forth: { sql: 'RENAME TABLE `alumni`.`users` TO …' },
        back: { sql: 'RENAME TABLE …' },
        mark: { kind: 'table', table: old, name: '', present: true },
        exchanges: true,
      },
    ],
    progress: { direction: 'forth', done: 0 },
    comparison: {
      ...{ kind: 'compared', by: 'key', recovered: 5, live: 3, columnsOnlyLive: [], columnsOnlyRecovered: [] },
      onlyRecovered: { rows: 2, sample: ['7', '9'] },
      onlyLive: { rows: 0, sample: [] },
      changed: { rows: 0, sample: [] },
    },
    stranded: [],
    recovered: { checksum: '1', rows: 5 },
    shape: 'none',
    place: null,
    exchangedAt: null,
    keepUntil: '2026-12-05T10:00:00.000Z',
    ...change,
  };
}

let scene: SlackScene;
const exchanged: { by: string; id: string }[] = [];
beforeEach(async () => {
  exchanged.length = 0;
  scene = await slackScene({
    startAt: '2026-11-28T10:00:00Z',
    operations: {
      ...playedOperations,
      async exchangeBeside(_, { principal, id }) {
        exchanged.push({ by: principal.name, id });
        return { kind: 'done', swap: someSwap({ phase: 'exchanged' }) };
      },
      async undoExchange() {
        const refusal = {
          why: 'no-plan',
          problem: 'Turning back loses 4 rows.',
          mend: 'tables undo r3cv --lose-writes',
        } as const;
        return { kind: 'refused', reason: 'recovery', refusal };
      },
    },
  });
});
afterEach(() => scene.close());

const shown = (message: Message) => scene.slack.shownText(message);
const whispers = (person: string) => scene.slack.ephemerals(person);

test('a recovered table is compared, exchanged by a button, told to the channel, and not turned back over writes', async () => {
  keepSwap(scene.world, someSwap());
  await scene.slack.as('asha').command('/backup tables r3cv', { channel: 'db-ops' });
  const message = await vi.waitFor(() => {
    const found = whispers('asha').find((each) =>
      shown(each).includes('2 rows are only in the recovered table (7; 9)'),
    );
    if (!found) throw new Error(whispers('asha').map(shown).join('\n---\n'));
    return found;
  });
  expect(shown(message)).toContain('RENAME TABLE');
  await scene.slack.as('asha').click(message, 'run:0');
  await vi.waitFor(() => expect(exchanged).toEqual([{ by: 'asha', id: 'r-20261128T100000Z-r3cv' }]));
  const told = () => [...scene.slack.messages('db-ops'), ...whispers('asha')].map(shown).join('\n');
  await vi.waitFor(() => expect(told()).toContain('the recovered table serves; the old one is kept until 2026-12-05'));
  await scene.slack.as('asha').command('/backup tables undo r3cv', { channel: 'db-ops' });
  await vi.waitFor(() => expect(told()).toContain('Turning back loses 4 rows.'));
});

test.each(swapPhases)(
  'whatever it is called and however much is said of it, Slack takes the message of a table that is %s',
  (phase) => {
    const endless = `<!channel> *b* \`c\` & 👨‍👩‍👧‍👦 ${'ü'.repeat(500)}`;
    const long = { schema: '✓'.repeat(64), name: '`'.repeat(64) };
    const [step] = someSwap().steps;
    if (!step) throw new Error('no step');
    const swap = someSwap({
      ...{ phase, table: long, copy: long, old: long },
      steps: Array(80).fill({ ...step, forth: { sql: endless }, rewrites: true }),
      stranded: Array(30).fill({ constraint: endless, child: long, rows: 3 }),
      comparison: { kind: 'not-compared', why: endless },
    });
    for (const message of [
      tableMessage(swap),
      tableNews(swap, 'asha'),
      tablesMessage(Array(60).fill(swap)),
      tablesMessage([]),
    ])
      expect(checkBlocks(message.blocks)).toMatchObject({ kind: 'accepted' });
  },
);

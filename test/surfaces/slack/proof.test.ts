import { afterEach, describe, expect, test } from 'vitest';
import type { ValidationReport } from '../../../src/domain/checklist/checklist.ts';
import type { RunningTransaction } from '../../../src/domain/running-transaction.ts';
import type { Candidate, FoundStatements } from '../../../src/operations/binlog/find-statement.ts';
import { checkBlocks } from '../../../src/playground/blocks/check-blocks.ts';
import { foundStatementsMessage } from '../../../src/surfaces/slack/blocks/found-statements.ts';
import { transactionsMessage } from '../../../src/surfaces/slack/blocks/transactions.ts';
import { answerMessage, checklistMessage, validatedMessage } from '../../../src/surfaces/slack/blocks/validation.ts';
import { parseFind } from '../../../src/surfaces/slack/subcommands/find.ts';
import { csvFile } from '../../../src/surfaces/slack/validation-replies.ts';
import { catalogued } from '../../support/catalogued.ts';
import { type SceneOptions, type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene | undefined;
afterEach(() => scene?.close());
async function play(options: SceneOptions = {}): Promise<SlackScene> {
  scene = await slackScene(options);
  return scene;
}

const at = new Date('2026-11-23T04:31:58Z');
const candidate: Candidate = {
  timeline: '20261123T000000Z-aaaa',
  file: 'binlog.000042',
  position: 9021,
  gtid: '3e11fa47-71ca-11e1-9e33-c80aa9429562:4711',
  at,
  schema: 'shop',
  statement: 'DROP TABLE `users`',
  changed: [],
  recoverTo: { kind: 'before-statement', timeline: '', place: { file: 'binlog.000042', position: 9021 } },
};
const found = (change: Partial<FoundStatements> = {}): FoundStatements => ({
  kind: 'found-statements',
  source: 'alumni',
  wanted: 'DROP TABLE users',
  candidates: [candidate],
  more: false,
  searched: { from: at, to: at },
  unsearched: [],
  ...change,
});
const open: RunningTransaction = {
  id: '4711',
  connection: 12,
  started: '2026-11-23 04:31:58',
  ageSeconds: 3600,
  state: 'LOCK WAIT',
  user: 'app',
  host: '10.0.0.7',
  schema: 'shop',
  command: 'Query',
  rowsChanged: 12,
  rowsLocked: 40,
  statement: 'UPDATE users SET email = ?',
};
const rows = Array.from({ length: 30 }, (_, n) => [`table_${n}`, `=SUM(${n})`]);
const report: ValidationReport = {
  at: '2026-11-23T05:01:01.000Z',
  place: 'scratch',
  checklist: [
    {
      topic: 'foreign-keys',
      state: 'not-ticked',
      evidence: ['2 rows point nowhere: `shop`.`lines` (order_id) → `shop`.`orders`'],
    },
    { topic: 'tables', state: 'ticked', evidence: ['42 tables read and counted'] },
  ],
  queries: [
    {
      name: 'Table counts',
      verdict: 'met',
      finding: '30 rows',
      recent: false,
      columns: ['table', 'rows'],
      rows,
      unlisted: 0,
    },
    {
      name: 'few',
      verdict: 'missed',
      finding: '0, at least 1 expected',
      recent: false,
      columns: ['n'],
      rows: [['0']],
      unlisted: 0,
    },
  ],
};

describe('who may not', () => {
  test.each(['validate', 'find DROP TABLE users', 'trx'])('is refused: %s', async (command) => {
    const { slack } = await play();
    await slack.as('chen').command(`/backup ${command}`, { channel: 'db-ops' });
    const refused = await slack.waitForMessage((one) => slack.shownText(one).includes('You may not'));
    expect(refused.onlyFor).toBe(slack.as('chen').person.id);
  });
});

describe('find', () => {
  test.each<[string, ReturnType<typeof parseFind>]>([
    ['DROP TABLE users', { wanted: 'DROP TABLE users' }],
    ['DELETE FROM users since 2h', { wanted: 'DELETE FROM users', since: '2h' }],
    [
      'users --since 2026-11-28 02:30 until 2026-11-29',
      { wanted: 'users', since: '2026-11-28 02:30', until: '2026-11-29' },
    ],
    ['DROP TABLE alumni --source alumni', { wanted: 'DROP TABLE alumni', source: 'alumni' }],
    ['DROP TABLE source source=alumni', { wanted: 'DROP TABLE source', source: 'alumni' }],
    ['SELECT a until b since', { wanted: 'SELECT a until b since' }],
    ['', { wanted: '' }],
  ])('%j is taken apart', (typed, parsed) => {
    expect(parseFind(typed.split(' ').filter(Boolean))).toEqual(parsed);
  });

  test('without a statement asks for one', async () => {
    const { slack } = await play();
    await slack.as('ben').command('/backup find', { channel: 'db-ops' });
    await slack.waitForMessage((one) => slack.shownText(one).includes('What am I to look for?'));
  });

  test('shows where it is, and how to recover to just before it', async () => {
    const asked: unknown[] = [];
    const { slack } = await play({
      operations: {
        async findStatement(_, { wanted, since }) {
          asked.push([wanted, since]);
          return found();
        },
      },
    });
    await slack.as('ben').command('/backup find DROP TABLE `users` since 2h', { channel: 'db-ops' });
    const words = slack.shownText(await slack.waitForMessage(({ text }) => text.includes('found 1 time')));
    expect(asked).toEqual([['DROP TABLE users', new Date('2026-11-23T03:01:00Z')]]);
    expect(words).toContain('DROP TABLE `users`');
    expect(words).toContain('tidemark restore pitr --source alumni --before binlog.000042:9021');
    expect(slack.notices()).toEqual([]);
  });

  test('with two sources the choice keeps what was looked for', async () => {
    const { slack } = await play({ sources: ['alumni', 'billing'] });
    await slack.as('ben').command('/backup find DROP TABLE users', { channel: 'general' });
    const question = await slack.waitForMessage((one) => slack.shownText(one).includes('Which source?'));
    expect(JSON.stringify(question.blocks)).toContain('find DROP TABLE users --source billing');
  });
});

test('trx shows who holds what, oldest first', async () => {
  const { slack } = await play({
    operations: {
      listTransactions: async () => ({
        kind: 'transactions',
        source: 'alumni',
        at,
        leastSeconds: 10,
        transactions: [open],
        younger: 2,
        complete: false,
      }),
    },
  });
  await slack.as('ben').command('/backup trx', { channel: 'db-ops' });
  const words = slack.shownText(await slack.waitForMessage(({ text }) => text.includes('of its transactions')));
  for (const part of [
    '1 h',
    '`12`',
    '`app@10.0.0.7`',
    'lock wait',
    '12 rows changed',
    'UPDATE users SET email = ?',
    '2 younger',
    'may be missing',
  ]) {
    expect(words).toContain(part);
  }
});

test('validate says first what is not ticked', async () => {
  const { slack } = await play({
    operations: { validateSource: async () => ({ kind: 'validated', source: 'alumni', report }) },
  });
  await slack.as('ben').command('/backup validate', { channel: 'db-ops' });
  const words = slack.shownText(await slack.waitForMessage(({ text }) => text.includes('checklist')));
  expect(words).toMatch(/❌ Foreign key constraints intact[\s\S]*✅ All tables present/);
  expect(words).toContain('2 validation queries: 1 missed and 1 met');
  expect(slack.notices()).toEqual([]);
});

test('below the report of a deep verification stand checklist and answers, long ones as a file, each once', async () => {
  const { slack, state, advance, restartBot } = await play();
  const backupId = '20261123T020000Z-full-alumni-x7k2';
  const verified = { at: '2026-11-23T05:01:01.000Z', verdict: 'good', depth: 'restored' } as const;
  state.catalog.put(catalogued(backupId, { verified, validation: report }));
  const started = state.jobs.start({ kind: 'verification', source: 'alumni', startedBy: 'ben', trigger: 'request' });
  if (started.kind === 'busy') throw new Error('one runs already');
  state.jobs.report(started.job.id, { backupId });
  await advance(3_000);
  state.jobs.finish(started.job.id, { kind: 'succeeded', backupId });
  await advance(5_000);

  const reported = await slack.waitForMessage(({ text }) => text.includes('nothing wrong with it'));
  expect(slack.shownText(reported)).toContain('Checklist: 1 of 2 not ticked');
  const replies = () => slack.thread(reported).filter(({ ts }) => ts !== reported.ts);
  expect(replies().map((one) => one.files?.[0]?.title ?? one.text)).toEqual([
    'alumni: checklist 1 of 2 not ticked',
    'Table counts',
    'few',
  ]);
  await restartBot();
  await advance(5_000);
  expect(replies()).toHaveLength(3);
  expect(slack.notices()).toEqual([]);
});

test('a file for a spreadsheet holds no formula and no broken line', () => {
  const [query] = report.queries;
  if (!query) throw new Error('There is one.');
  const nasty = [
    ['=1+1', 'a,b'],
    ['-5', '"quoted"'],
    ['@x', 'two\nlines'],
  ];
  const { name, content } = csvFile({ ...query, rows: nasty });
  expect(name).toBe('table-counts.csv');
  expect(content).toBe('table,rows\r\n\'=1+1,"a,b"\r\n-5,"""quoted"""\r\n\'@x,"two\nlines"\r\n');
});

describe('the worst that databases may bring', () => {
  const nasty = `<!channel> *b* \`c\` & ${'👨‍👩‍👧‍👦'.repeat(64)}`.repeat(100);
  const [query] = report.queries;
  const many = Array.from({ length: 300 }, () => nasty);
  const worst: ValidationReport = {
    ...report,
    checklist: report.checklist.map((item) => ({ ...item, evidence: many })),
    queries: many.map((name) => ({
      ...report.queries[0],
      ...(query as (typeof report.queries)[number]),
      name,
      finding: nasty,
    })),
  };
  const manyColumns = {
    ...(query as (typeof report.queries)[number]),
    name: nasty,
    columns: many,
    rows: Array(50).fill(Array(300).fill(nasty)),
  };
  test.each([
    ['validated', validatedMessage({ kind: 'validated', source: 'alumni', report: worst })],
    ['checklist', checklistMessage('alumni', worst)],
    ['answer', answerMessage(manyColumns)],
    ['empty cells', answerMessage({ ...manyColumns, name: 'x', columns: ['a'], rows: [[''], [' ']] })],
    [
      'found',
      foundStatementsMessage(
        found({
          wanted: nasty,
          candidates: Array(30).fill({ ...candidate, statement: nasty, schema: nasty }),
          unsearched: many,
          more: true,
        }),
        at,
      ),
    ],
    ['not found', foundStatementsMessage(found({ candidates: [], searched: null }), at)],
    [
      'transactions',
      transactionsMessage({
        kind: 'transactions',
        source: 'alumni',
        at,
        leastSeconds: 10,
        transactions: Array(40).fill({ ...open, user: nasty, statement: nasty, schema: nasty }),
        younger: 1,
        complete: true,
      }),
    ],
    [
      'no transactions',
      transactionsMessage({
        kind: 'transactions',
        source: 'alumni',
        at,
        leastSeconds: 10,
        transactions: [],
        younger: 0,
        complete: true,
      }),
    ],
  ])('is a message that Slack takes, and mentions nobody: %s', (_, { text, blocks }) => {
    expect(checkBlocks(blocks)).toMatchObject({ kind: 'accepted' });
    expect(Buffer.byteLength(text)).toBeLessThan(4_000);
    const formatted = JSON.stringify(blocks, (_, value) =>
      /^(plain|raw)_text$/.test(value?.type) ? undefined : value,
    );
    expect(formatted).not.toContain('<!channel>');
    expect(text).not.toContain('<!channel>');
  });
});

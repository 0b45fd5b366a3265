import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function read(validation: string, own = '') {
  const file = join(directory, 'tidemark.yaml');
  await writeFile(
    file,
    `sources: { alumni: { host: h, user: u, password: ""${own} } }
repository: { primary: { type: local, path: backups } }
encryption: { keys: [{ id: k-1, file: k-1.key }] }
${validation}
`,
  );
  return readConfiguration(file, { env: {}, cronProblem: () => undefined, readers: 2 });
}
const query = (rest: string) => `validation: { queries: [{ name: q, ${rest} }] }`;

it.each([
  ['something that writes', query('sql: "DELETE FROM t", rows: 1'), 'validation.queries[0].sql begins with DELETE'],
  [
    'a file',
    query('sql: "SELECT 1 INTO OUTFILE \'/tmp/x\'", rows: 1'),
    'validation.queries[0].sql writes what it reads',
  ],
  [
    'two statements',
    query('sql: "SELECT 1; SELECT 2", rows: 1'),
    'validation.queries[0].sql holds more than one statement',
  ],
  ['no statement', query('rows: 1'), 'validation.queries[0].sql is missing: write one SELECT'],
  ['no expectation', query('sql: SELECT 1'), 'validation.queries[0] says not what is expected: write rows, equals'],
  [
    'two expectations',
    query('sql: SELECT 1, rows: 1, atLeast: 2'),
    'validation.queries[0] expects 2 things, rows and atLeast',
  ],
  ['a negative least', query('sql: SELECT 1, atLeast: -1'), 'validation.queries[0].atLeast should be'],
  ['rows of no kind', query('sql: SELECT 1, rows: many'), 'validation.queries[0].rows should be how many rows'],
  [
    'a limit that is none',
    query('sql: SELECT 1, rows: 1, limit: 30'),
    'validation.queries[0].limit is no time limit: write seconds',
  ],
  [
    'columns that are no list',
    query('sql: SELECT 1, rows: 1, columns: email'),
    'validation.queries[0].columns should be the columns',
  ],
  [
    'a slip of the pen',
    query('sql: SELECT 1, row: 1'),
    'validation.queries[0].row is not known here. Did you mean `rows`?',
  ],
  [
    'a performance query that writes',
    'validation: { performance: [{ name: p, sql: "UPDATE t SET a = 1" }] }',
    'validation.performance[0].sql begins with UPDATE',
  ],
  [
    'a check of nothing',
    'validation: { application: [{ name: a }] }',
    'validation.application[0] needs command or url, one of them',
  ],
  [
    'a command as a text, which would want a shell',
    'validation: { application: [{ name: a, command: "rm -rf /" }] }',
    'validation.application[0].command should be a program and its arguments',
  ],
  [
    'a command with a status of HTTP',
    'validation: { application: [{ name: a, command: [x], status: 200 }] }',
    'validation.application[0] runs a command, which has neither',
  ],
  [
    'another protocol',
    'validation: { application: [{ name: a, url: "file:///etc/passwd" }] }',
    'validation.application[0].url should be a URL',
  ],
  [
    'a place that there is not',
    'validation: { application: [{ name: a, command: [x], on: [moon] }] }',
    'validation.application[0].on[0] should be source, scratch, target',
  ],
  [
    'two queries of one name',
    query('sql: SELECT 1, rows: 1 }, { name: q, sql: SELECT 2, rows: 1'),
    'validation.queries[1].name is used twice',
  ],
])('%s is refused with its path and what to write', async (_, text, problem) => {
  const { problems } = await read(text);
  expect(problems.map(problemText).join('\n')).toContain(problem);
});

it('what holds for all sources and for one of them is put together, with its defaults', async () => {
  const { settings, problems } = await read(
    `validation:
  queries: [{ name: invitations, sql: SELECT COUNT(*) FROM i, schema: s, atLeast: 1, recent: true }, { name: as many, sql: TABLE t, rows: { withinPercent: 5 }, columns: [a] }]
  application: [{ name: up, url: "https://app.example.org/health" }]`,
    ', validation: { limit: 5m, queries: [{ name: own, sql: SELECT 1, equals: 1, limit: 5s }], application: [{ name: check, command: [/opt/check, -v], on: [scratch] }] }',
  );
  expect(problems).toEqual([]);
  expect(settings?.sources[0]?.validation).toMatchObject({
    limitMilliseconds: 300_000,
    queries: [
      {
        name: 'invitations',
        limitMilliseconds: 30_000,
        expectation: { of: 'value', is: { kind: 'atLeast', least: 1 } },
        recent: true,
      },
      { name: 'as many', expectation: { of: 'rows', is: { kind: 'withinPercent', percent: 5 } }, columns: ['a'] },
      { name: 'own', limitMilliseconds: 5_000, expectation: { of: 'value', is: { kind: 'equals', value: '1' } } },
    ],
    application: [
      { kind: 'http', method: 'GET', status: 200, on: ['source', 'target'] },
      { kind: 'command', command: ['/opt/check', '-v'], on: ['scratch'] },
    ],
  });
});

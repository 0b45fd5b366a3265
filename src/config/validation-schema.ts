import { z } from 'zod';
import { whyNotReadOnly } from '../domain/validation/read-only-statement.ts';
import {
  type ApplicationCheck,
  type Comparison,
  type Expectation,
  joinValidations,
  type PerformanceQuery,
  places,
  usualCheckLimit,
  usualQueryLimit,
  usualSlowerBy,
  type Validation,
  type ValidationQuery,
} from '../domain/validation/validation.ts';
import { definedOnly } from './defined-only.ts';
import { flag, saying, section, text } from './section.ts';
import { timeLimitSchema } from './time-limit.ts';

const figure = (what: string) => z.number({ error: saying(what) }).min(0, `should be ${what}`);
const statement = text('one SELECT').superRefine((sql, context) => {
  const why = whyNotReadOnly(sql);
  if (why !== undefined) context.addIssue({ code: 'custom', message: why, input: sql });
});

const atLeast = figure('the least that is enough, like 1');
const withinPercent = figure("by how many per cent it may differ from the source's own, like 5");

const rowsSchema = z.union([z.int().min(0), z.strictObject({ atLeast }), z.strictObject({ withinPercent })], {
  error: saying('how many rows: a number, { atLeast: 1 } or { withinPercent: 5 }'),
});

const ways = ['rows', 'equals', 'atLeast', 'withinPercent'] as const;

const asked = {
  name: text('what it is called'),
  sql: statement,
  schema: text('the schema that its tables are of').optional(),
  limit: timeLimitSchema.default(usualQueryLimit),
};

const querySchema = section({
  ...asked,
  rows: rowsSchema.optional(),
  equals: z.union([z.string(), z.number()], { error: saying('the value that it has to be') }).optional(),
  atLeast: atLeast.optional(),
  withinPercent: withinPercent.optional(),
  columns: z
    .array(text('the name of a column'), { error: saying('the columns that may be shown, by name') })
    .default([]),
  recent: flag('whether it shows that recent data is there').default(false),
}).check((context) => {
  const given = ways.filter((way) => context.value[way] !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? 'says not what is expected: write rows, equals, atLeast or withinPercent'
      : `expects ${given.length} things, ${given.join(' and ')}: write one, and a query for each other`;
  context.issues.push({ code: 'custom', message, path: [], input: context.value });
});

const performanceSchema = section({
  ...asked,
  slowerBy: z
    .number({ error: saying('how many times slower is too slow, like 3') })
    .min(1, 'is below 1: write how many times slower is too slow, like 3')
    .default(usualSlowerBy),
});

const applicationSchema = section({
  name: text('what it is called'),
  command: z
    .array(text('a word of the command'), {
      error: saying('a program and its arguments, like [/opt/app/check, --quick]'),
    })
    .min(1, 'is empty: write a program and its arguments')
    .optional(),
  url: z.url({ protocol: /^https?$/, error: saying('a URL, like https://app.example.org/health') }).optional(),
  method: z.enum(['GET', 'HEAD', 'POST'], { error: 'should be GET, HEAD or POST' }).optional(),
  status: z
    .int({ error: saying('a status, like 200') })
    .min(100)
    .max(599)
    .optional(),
  on: z
    .array(z.enum(places, { error: `should be ${places.join(', ')}` }), { error: saying('a list of places') })
    .min(1, `is empty: write some of ${places.join(', ')}`)
    .default(['source', 'target']),
  limit: timeLimitSchema.default(usualQueryLimit),
}).check((context) => {
  const { command, url, method, status } = context.value;
  const wrong = (message: string) =>
    void context.issues.push({ code: 'custom', message, path: [], input: context.value });
  if ((command === undefined) === (url === undefined)) wrong('needs command or url, one of them');
  else if (command !== undefined && (method !== undefined || status !== undefined)) {
    wrong('runs a command, which has neither method nor status');
  }
});

/** What data is held to. The same for all sources, and below each source for that one. */
export const validationSchema = section({
  queries: z.array(querySchema, { error: saying('a list of queries') }).default([]),
  performance: z.array(performanceSchema, { error: saying('a list of queries') }).default([]),
  application: z.array(applicationSchema, { error: saying('a list of commands and addresses') }).default([]),
  limit: timeLimitSchema.default(usualCheckLimit),
});
type ValidationDocument = z.infer<typeof validationSchema>;

/** What holds for all sources and what holds for this one; undefined where neither is configured. */
export function resolveValidation(
  common: ValidationDocument | undefined,
  own: ValidationDocument | undefined,
): Validation | undefined {
  if (!common && !own) return undefined;
  return joinValidations(common && resolveOne(common), own && resolveOne(own));
}

function resolveOne(document: ValidationDocument): Validation {
  return {
    queries: document.queries.map(resolveQuery),
    performance: document.performance.map(({ limit, ...query }): PerformanceQuery => {
      return definedOnly({ ...query, limitMilliseconds: limit });
    }),
    application: document.application.map(resolveApplication),
    limitMilliseconds: document.limit,
  };
}

function resolveQuery(query: ValidationDocument['queries'][number]): ValidationQuery {
  const { name, sql, schema, limit, columns, recent } = query;
  return definedOnly({
    name,
    sql,
    schema,
    limitMilliseconds: limit,
    columns,
    recent,
    expectation: resolveExpectation(query),
  });
}

function resolveExpectation({
  rows,
  equals,
  atLeast: least,
  withinPercent: percent,
}: ValidationDocument['queries'][number]): Expectation {
  if (typeof rows === 'number') return { of: 'rows', is: { kind: 'equals', value: String(rows) } };
  if (rows !== undefined) return { of: 'rows', is: comparison(rows) };
  if (equals !== undefined) return { of: 'value', is: { kind: 'equals', value: String(equals) } };
  return {
    of: 'value',
    is: comparison(least !== undefined ? { atLeast: least } : { withinPercent: percent ?? 0 }),
  };
}

function comparison(one: { atLeast: number } | { withinPercent: number }): Comparison {
  return 'atLeast' in one
    ? { kind: 'atLeast', least: one.atLeast }
    : { kind: 'withinPercent', percent: one.withinPercent };
}

function resolveApplication(check: ValidationDocument['application'][number]): ApplicationCheck {
  const { name, on, command, url = '', method = 'GET', status = 200 } = check;
  const common = { name, on, limitMilliseconds: check.limit };
  const [program, ...args] = command ?? [];
  return program === undefined
    ? { ...common, kind: 'http', url, method, status }
    : { ...common, kind: 'command', command: [program, ...args] };
}

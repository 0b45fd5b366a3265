import { quoteName } from '../manifest.ts';

/** Values of a key, as the driver gives and takes them. */
export type KeyValues = readonly unknown[];

/** Rows behind `after` and up to `upTo`; without one of them that end is open. */
export interface KeyRange {
  readonly after?: KeyValues | undefined;
  readonly upTo?: KeyValues | undefined;
}

export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The condition that rows of `alias` lie in the range, written so that servers find the range in the index. */
export function inRange(key: readonly string[], { after, upTo }: KeyRange, alias: string): Condition {
  const ends = [...(after ? [beyond(key, after, '>', alias)] : []), ...(upTo ? [beyond(key, upTo, '<=', alias)] : [])];
  if (ends.length === 0) return { sql: 'TRUE', values: [] };
  return { sql: ends.map(({ sql }) => sql).join(' AND '), values: ends.flatMap(({ values }) => values) };
}

/** ``(a > x OR (a = x AND (b > y)))``: servers do not find the range in `(a, b) > (x, y)`. */
function beyond(key: readonly string[], end: KeyValues, operator: '>' | '<=', alias: string): Condition {
  const strictly = operator === '>' ? '>' : '<';
  const [first = '', ...others] = key;
  const [value, ...rest] = end;
  const column = `${alias}.${quoteName(first)}`;
  if (others.length === 0) return { sql: `${column} ${operator} ?`, values: [value] };
  const inner = beyond(others, rest, operator, alias);
  return {
    sql: `(${column} ${strictly} ? OR (${column} = ? AND ${inner.sql}))`,
    values: [value, value, ...inner.values],
  };
}

/** `7`, `a, 2`: how a key is shown to people; bytes in hex. */
export function keyText(values: KeyValues): string {
  return values
    .map((value) => (value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value)))
    .join(', ');
}

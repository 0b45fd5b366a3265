import { type TableName, unquoteName } from './manifest.ts';

export interface DisabledEvents {
  /** The dump, in which no event is enabled. */
  readonly sql: Buffer;
  /** Those that were, in order: to be enabled by whoever decides that the server is live. */
  readonly wereEnabled: readonly TableName[];
}

/**
 * Makes every event in what mysqldump wrote come in disabled, so that none fires before somebody says so. Each byte else stays as it
 * is: an event stands there in the character set of whoever made it.
 */
export function disableEvents(dump: Buffer): DisabledEvents {
  const wereEnabled: TableName[] = [];
  let schema = '';
  const sql = dump
    .toString('latin1')
    .replace(statement, (whole: string, used?: string, head?: string, name?: string) => {
      if (used !== undefined) schema = nameIn(used);
      if (head === undefined || name === undefined) return whole;
      wereEnabled.push({ schema, name: nameIn(name) });
      return `${head} DISABLE`;
    });
  return { sql: Buffer.from(sql, 'latin1'), wereEnabled };
}

function nameIn(quoted: string): string {
  return unquoteName(Buffer.from(quoted, 'latin1').toString('utf8'));
}

const name = '`(?:[^`]|``)*`';
const text = "'(?:[^'\\\\]|''|\\\\.)*'";
/** The server prints an event's head in one order: name, schedule, completion, state. Its body comes after all of that. */
const eventHead = `\\/\\*!\\d+ CREATE\\*\\/ (?:\\/\\*!\\d+ DEFINER=${name}(?:@${name})?\\*\\/ )?\\/\\*!\\d+ EVENT (${name}) ON SCHEDULE (?:[^'\`]|${text})*? ON COMPLETION (?:NOT )?PRESERVE`;
const statement = new RegExp(`^USE (${name});$|^(${eventHead}) ENABLE\\b`, 'gm');

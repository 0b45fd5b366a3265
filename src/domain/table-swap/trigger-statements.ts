import { quoteName, quoteTable, type TableName } from '../manifest.ts';
import type { Statement } from './swap-step.ts';
import type { Trigger } from './table-facts.ts';

/** Makes a trigger as it was, perhaps under another name or on another table of the same schema. */
export function createTrigger(trigger: Trigger, table: TableName): Statement {
  const { name, moment, body, definer, sqlMode, characterSet, collation } = trigger;
  const named = quoteTable({ schema: table.schema, name });
  const sql = `CREATE DEFINER = ${definer} TRIGGER ${named} ${moment} ON ${quoteTable(table)} FOR EACH ROW ${body}`;
  // What is beyond ASCII reaches us as UTF-8, whatever it was typed in.
  const typedIn = isAscii(sql) ? characterSet : 'utf8mb4';
  const typedWith = typedIn === characterSet || collation.startsWith('utf8mb4') ? collation : 'utf8mb4_general_ci';
  return {
    sql,
    session: `sql_mode = '${sqlMode}', character_set_client = ${typedIn}, collation_connection = ${typedWith}`,
  };
}

export function dropTrigger({ name }: Pick<Trigger, 'name'>, { schema }: TableName): Statement {
  return { sql: `DROP TRIGGER ${quoteTable({ schema, name })}` };
}

/** `` `who`@`host` `` from `who@host`, as the data dictionary has it; a role has no host. */
export function definerOf(account: string): string {
  const at = account.lastIndexOf('@');
  return at < 0 ? quoteName(account) : `${quoteName(account.slice(0, at))}@${quoteName(account.slice(at + 1))}`;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

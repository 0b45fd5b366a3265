import { splitCreateTable } from './create-table.ts';
import { quoteName, type TableName } from './manifest.ts';

/** Secondary keys of a table that are built when its rows are all there: that is faster, and packs them denser. */
export interface DeferredKeys extends TableName {
  readonly keys: readonly KeyDefinition[];
}

export interface KeyDefinition {
  readonly name: string;
  /** As SHOW CREATE TABLE prints it: ``KEY `k` (`a`,`b` DESC) COMMENT 'x'``. */
  readonly definition: string;
}

/**
 * The plain secondary keys in what SHOW CREATE TABLE printed that can be taken off and put back. Unique keys stay, for they guard the rows;
 * full-text and spatial ones too, for they are built one at a time; and so do keys that begin with a `needed` column: a foreign key or
 * AUTO_INCREMENT wants an index on it. What comes back comes last, so only keys that nothing stays behind of are taken: the order of keys
 * decides between equal plans.
 */
export function plainKeys(createTable: string, needed: ReadonlySet<string>): KeyDefinition[] {
  let keys: KeyDefinition[] = [];
  for (const definition of splitCreateTable(createTable).definitions) {
    const found = /^KEY `((?:[^`]|``)+)` \((?:`((?:[^`]|``)+)`)?/.exec(definition);
    const [, name = '', firstColumn] = found ?? [];
    const stays = firstColumn !== undefined && needed.has(unquoted(firstColumn));
    if (stays || definition.startsWith('SPATIAL KEY ')) keys = [];
    else if (found) keys.push({ name: unquoted(name), definition });
  }
  return keys;
}

/** One ALTER TABLE for all of them reads the rows once. */
export function addKeysStatement({ schema, name, keys }: DeferredKeys): string {
  return `ALTER TABLE ${quoteName(schema)}.${quoteName(name)} ${keys.map((key) => `ADD ${key.definition}`).join(', ')}`;
}

export function dropKeysStatement({ schema, name, keys }: DeferredKeys): string {
  return `ALTER TABLE ${quoteName(schema)}.${quoteName(name)} ${keys.map((key) => `DROP KEY ${quoteName(key.name)}`).join(', ')}`;
}

function unquoted(name: string): string {
  return name.replaceAll('``', '`');
}

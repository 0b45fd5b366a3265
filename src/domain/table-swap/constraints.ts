import { splitCreateTable } from '../create-table.ts';
import { quoteName, quoteTable, type TableName, unquoteName } from '../manifest.ts';

/** A foreign key, with its columns as SHOW CREATE TABLE prints them, so that what is put back is what was taken away. */
export interface ForeignKey {
  readonly name: string;
  /** The table that has it. */
  readonly child: TableName;
  /** ``(`a`, `b`)`` */
  readonly columns: string;
  readonly parent: TableName;
  /** ``(`id`) ON DELETE CASCADE`` */
  readonly rest: string;
  /** An index that the server may have made for it, and would replace by one of another name when it gets a second key: see `keepIndex`. */
  readonly index?: { readonly name: string; readonly definition: string };
}

/** A CHECK of a table as a whole, by name. What a column says of itself stays with the column. */
export interface CheckConstraint {
  readonly name: string;
  /** ``CHECK ((`id` > 0))``, and whether it is enforced. */
  readonly definition: string;
}

/** The foreign keys in what SHOW CREATE TABLE printed of `child`. */
export function foreignKeysOf(createTable: string, child: TableName): ForeignKey[] {
  const { definitions } = splitCreateTable(createTable);
  return definitions.flatMap((definition) => {
    const key = readForeignKey(definition, child);
    if (!key) return [];
    const index = definitions.find((each) => madeFor(key, each));
    return index === undefined
      ? key
      : { ...key, index: { name: unquoteName(INDEX.exec(index)?.[1] ?? ''), definition: index } };
  });
}

/** Whether that index could be the one that a server makes by itself: named as the foreign key or its first column, on the very same columns. */
function madeFor({ name, columns }: ForeignKey, definition: string): boolean {
  const [, index = '', on = ''] = INDEX.exec(definition) ?? [];
  if (on.replaceAll(/,\s/g, ',') !== columns.replaceAll(/,\s/g, ',')) return false;
  return [name, columnNames(columns)[0]].includes(unquoteName(index));
}

/** Makes the index one that somebody asked for: it stays as it is then. To go into the same ALTER TABLE. */
export function keepIndex({ index }: ForeignKey): string[] {
  return index ? [`DROP KEY ${quoteName(index.name)}`, `ADD ${index.definition}`] : [];
}

export function readForeignKey(definition: string, child: TableName): ForeignKey | undefined {
  const found = FOREIGN_KEY.exec(definition);
  if (!found) return undefined;
  const [, name = '', columns = '', first = '', second, rest = ''] = found;
  const parent =
    second === undefined
      ? { schema: child.schema, name: unquoteName(first) }
      : { schema: unquoteName(first), name: unquoteName(second) };
  return { name: unquoteName(name), child, columns, parent, rest };
}

export function checksOf(createTable: string): CheckConstraint[] {
  return splitCreateTable(createTable).definitions.flatMap((definition) => readCheck(definition) ?? []);
}

export function readCheck(definition: string): CheckConstraint | undefined {
  const [, name, check] = CHECK.exec(definition) ?? [];
  return name === undefined || check === undefined ? undefined : { name: unquoteName(name), definition: check };
}

/** ``CONSTRAINT `fk` FOREIGN KEY (`a`) REFERENCES `s`.`t` (`id`)``: the parent always with its schema. */
export function foreignKeyDefinition({ name, columns, parent, rest }: Omit<ForeignKey, 'child'>): string {
  return `CONSTRAINT ${quoteName(name)} FOREIGN KEY ${columns} REFERENCES ${quoteTable(parent)} ${rest}`;
}

export function checkDefinition({ name, definition }: CheckConstraint): string {
  return `CONSTRAINT ${quoteName(name)} ${definition}`;
}

/** The names in ``(`a`, `b`)``, or at the beginning of what follows them. */
export function columnNames(columns: string): string[] {
  const list = new RegExp(`^${COLUMNS}`).exec(columns)?.[0] ?? '';
  return [...list.matchAll(new RegExp(NAME, 'g'))].map(([name]) => unquoteName(name));
}

/**
 * What a constraint is called when its table has been renamed: servers let the names that they have made themselves, such as `orders_ibfk_1`,
 * follow the table.
 */
export function nameAfterRename(name: string, kind: 'ibfk' | 'chk', from: string, to: string): string {
  const made = new RegExp(`^_${kind}_\\d+$`);
  return name.startsWith(from) && made.test(name.slice(from.length)) ? `${to}${name.slice(from.length)}` : name;
}

const NAME = '`(?:[^`]|``)+`';
const COLUMNS = `\\(${NAME}(?:,\\s*${NAME})*\\)`;
const FOREIGN_KEY = new RegExp(
  `^CONSTRAINT (${NAME}) FOREIGN KEY (${COLUMNS}) REFERENCES (${NAME})(?:\\s*\\.\\s*(${NAME}))? (${COLUMNS}[\\s\\S]*)$`,
);
const INDEX = new RegExp(`^KEY (${NAME}) (${COLUMNS})$`);
const CHECK = new RegExp(`^CONSTRAINT (${NAME}) (CHECK [\\s\\S]*)$`);

import type { InsertHead } from './insert-reader.ts';
import { quoteName, quoteTable } from './manifest.ts';

/** A column of the table that is loaded, from the data dictionary. */
export interface LoadedColumn {
  readonly name: string;
  /** `DATA_TYPE`, in lower case. */
  readonly type: string;
  readonly generated: boolean;
  /** AUTO_INCREMENT. */
  readonly counts: boolean;
}

/** Types whose values LOAD DATA reads from a dump just as INSERT does. */
const plainTypes = new Set(
  (
    'tinyint smallint mediumint int bigint decimal float double year date datetime timestamp time ' +
    'char varchar tinytext text mediumtext longtext enum set json'
  ).split(' '),
);
/** Types whose values a dump has in hex (`--hex-blob`), which LOAD DATA takes for text. */
const hexTypes = new Set('binary varbinary tinyblob blob mediumblob longblob'.split(' '));

/** The first column whose values only an INSERT can bring. */
export function columnForInserts(columns: readonly LoadedColumn[]): LoadedColumn | undefined {
  return columns.find(({ type, generated }) => !generated && !plainTypes.has(type) && !hexTypes.has(type));
}

/**
 * The statement that takes the rows of an INSERT as they stand in a dump: `1,'it\'s',NULL,0x4142),(2,…`. What LOAD DATA takes for
 * fields, quotes, escapes and NULL is what mysqldump writes; hex is undone, and values of generated columns (MariaDB's) are passed over.
 */
export function loadDataStatement(head: InsertHead, columns: readonly LoadedColumn[]): string {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const names = head.columns ?? columns.map(({ name }) => name);
  const fields: string[] = [];
  const settings: string[] = [];
  for (const [index, name] of names.entries()) {
    const column = byName.get(name);
    const variable = `@field_${index}`;
    if (column?.generated) fields.push(variable);
    else if (column && hexTypes.has(column.type)) {
      fields.push(variable);
      settings.push(`${quoteName(name)} = UNHEX(SUBSTR(${variable}, 3))`);
    } else fields.push(quoteName(name));
  }
  return [
    `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${quoteTable(head)} CHARACTER SET utf8mb4`,
    `FIELDS TERMINATED BY ',' ENCLOSED BY '\\'' ESCAPED BY '\\\\' LINES TERMINATED BY '${head.between.replace('\n', '\\n')}'`,
    `(${fields.join(', ')})`,
    ...(settings.length > 0 ? [`SET ${settings.join(', ')}`] : []),
  ].join(' ');
}

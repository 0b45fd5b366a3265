import { quoteName } from '../manifest.ts';
import type { ColumnFacts } from './table-facts.ts';

/**
 * SQL that sums a row up in 64 bits, the same on every server of a flavour, whatever character sets its columns have. `alias` is of the
 * table. Each column becomes text without a comma: plain where its text is exact, in hex where it is short, hashed where it may be long.
 */
export function rowHash(columns: readonly ColumnFacts[], alias: string): string {
  const texts = columns.map((column) => `COALESCE(${textOf(column, `${alias}.${quoteName(column.name)}`)}, '-')`);
  return `CAST(CONV(LEFT(SHA2(CONCAT_WS(',', ${texts.join(', ')}), 256), 16), 16, 10) AS UNSIGNED)`;
}

function textOf({ type, length }: ColumnFacts, column: string): string {
  if (type === 'float') return `CAST(CAST(${column} AS DOUBLE) AS CHAR)`;
  if (type === 'bit') return `CAST(${column} + 0 AS CHAR)`;
  if (shortTypes.has(type) && length <= 255) return `HEX(${column})`;
  if (longTypes.has(type) || shortTypes.has(type)) return `SHA2(${column}, 256)`;
  if (spatialTypes.has(type)) return `SHA2(CONCAT(ST_SRID(${column}), HEX(ST_AsWKB(${column}))), 256)`;
  return `CAST(${column} AS CHAR)`;
}

const shortTypes = new Set('char varchar binary varbinary enum set'.split(' '));
const longTypes = new Set('tinytext text mediumtext longtext tinyblob blob mediumblob longblob json vector'.split(' '));
const spatialTypes = new Set(
  'geometry point linestring polygon multipoint multilinestring multipolygon geomcollection geometrycollection'.split(
    ' ',
  ),
);

/** Types whose values can be sent back to the server and compare as they are ordered. */
export const keyTypes = new Set(
  (
    'tinyint smallint mediumint int bigint decimal char varchar binary varbinary date datetime timestamp time year ' +
    'uuid inet4 inet6'
  ).split(' '),
);

import type { ByteCursor } from './byte-cursor.ts';

/** A column as a table map describes it. */
export interface LoggedColumn {
  readonly type: number;
  /** As many bytes as the type has, little-endian. */
  readonly meta: number;
}

/** How many bytes of description follow the type; undefined for a type that nobody here knows. */
export function metaBytes(type: number): number | undefined {
  // FLOAT and DOUBLE say their width once more.
  if (oneByteMeta.has(type) || type === 4 || type === 5) return 1;
  if (fixed.has(type) || type === 6) return 0;
  return twoByteMeta.has(type) ? 2 : undefined;
}

/** Passes over one value, as rows have it. False where its width is not known. */
export function skipValue(cursor: ByteCursor, { type, meta }: LoggedColumn): boolean {
  const width = fixed.get(type) ?? fractional(type, meta) ?? packed(type, meta);
  if (width !== undefined) {
    cursor.skip(width);
    return true;
  }
  const prefix = lengthBytes(type, meta);
  if (prefix === undefined) return false;
  cursor.skip(cursor.number(prefix));
  return true;
}

/** TINY, SHORT, LONG, FLOAT, DOUBLE, TIMESTAMP, LONGLONG, INT24, DATE, TIME, DATETIME, YEAR, NEWDATE. */
const fixed = new Map([
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 4],
  [5, 8],
  [7, 4],
  [8, 8],
  [9, 3],
  [10, 3],
  [11, 3],
  [12, 8],
  [13, 1],
  [14, 3],
]);
const types = {
  varchar: 15,
  bit: 16,
  timestamp2: 17,
  datetime2: 18,
  time2: 19,
  mariadbCompressedBlob: 140,
  mariadbCompressedVarchar: 141,
  vector: 242,
  json: 245,
  newDecimal: 246,
  enumeration: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const;
const oneByteMeta = new Set<number>([
  types.timestamp2,
  types.datetime2,
  types.time2,
  types.mariadbCompressedBlob,
  types.vector,
  types.json,
  types.tinyBlob,
  types.mediumBlob,
  types.longBlob,
  types.blob,
  types.geometry,
]);
const twoByteMeta = new Set<number>([
  types.varchar,
  types.bit,
  types.mariadbCompressedVarchar,
  types.newDecimal,
  types.enumeration,
  types.set,
  types.varString,
  types.string,
]);

function fractional(type: number, digits: number): number | undefined {
  const whole = { [types.timestamp2]: 4, [types.datetime2]: 5, [types.time2]: 3 }[type];
  return whole === undefined ? undefined : whole + Math.ceil(digits / 2);
}

/** Types whose width their description tells. */
function packed(type: number, meta: number): number | undefined {
  const [low, high] = [meta & 0xff, meta >> 8];
  if (type === types.bit) return high + (low > 0 ? 1 : 0);
  if (type === types.newDecimal) return decimalBytes(low, high);
  if (type === types.enumeration || type === types.set) return high;
  // What is stored as a string tells in its description what it really is.
  const real = low | 0x30;
  if (type === types.string && (real === types.enumeration || real === types.set)) return high;
  return undefined;
}

function lengthBytes(type: number, meta: number): number | undefined {
  if (type === types.varchar || type === types.varString || type === types.mariadbCompressedVarchar) {
    return meta > 255 ? 2 : 1;
  }
  if (type === types.string) {
    const [low, high] = [meta & 0xff, meta >> 8];
    // Two bits of the length hide in the type.
    return (high | (((low & 0x30) ^ 0x30) << 4)) > 255 ? 2 : 1;
  }
  const isBlob = oneByteMeta.has(type) && fractional(type, 0) === undefined;
  return isBlob && meta >= 1 && meta <= 4 ? meta : undefined;
}

const digitBytes = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

function decimalBytes(precision: number, scale: number): number {
  const part = (digits: number) => Math.floor(digits / 9) * 4 + (digitBytes[digits % 9] ?? 0);
  return part(precision - scale) + part(scale);
}

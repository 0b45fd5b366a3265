import { ByteCursor } from './byte-cursor.ts';

/** A statement as the binlog has it. */
export interface LoggedStatement {
  readonly schema: string;
  readonly sql: string;
}

/** So much of a statement is read; longer ones are of INSERTs, whose beginning says what they are. */
export const longestStatement = 64 * 1024;

/** The statement in a query event. `inflate` gets the compressed bytes where the event is of MariaDB's compressed kind. */
export function readStatement(
  body: Uint8Array,
  inflate?: (bytes: Uint8Array) => Uint8Array | undefined,
): LoggedStatement {
  const cursor = new ByteCursor(body);
  cursor.skip(8);
  const schemaBytes = cursor.number(1);
  cursor.skip(2);
  cursor.skip(cursor.number(2));
  const schema = cursor.utf8(schemaBytes);
  cursor.skip(1);
  const bytes = cursor.take(inflate ? cursor.left : Math.min(cursor.left, longestStatement));
  const plain = inflate ? (inflate(bytes) ?? new Uint8Array()) : bytes;
  return { schema, sql: Buffer.from(plain.subarray(0, longestStatement)).toString('utf8') };
}

/** The statement behind the row events that follow, where the server was told to write it: MySQL's has a byte of length in front. */
export function readAnnotation(body: Uint8Array, kind: 'mysql' | 'mariadb'): string {
  const from = kind === 'mysql' ? 1 : 0;
  return Buffer.from(body.subarray(from, from + longestStatement)).toString('utf8');
}

/** MariaDB's own wrapping of deflated bytes: a byte with the length's length, the length, the bytes. */
export function readMariadbDeflated(bytes: Uint8Array): { inflatedBytes: number; deflated: Uint8Array } {
  const cursor = new ByteCursor(bytes);
  const lengthBytes = cursor.number(1) & 0x07;
  const inflatedBytes = [...cursor.take(lengthBytes)].reduce((sum, byte) => sum * 256 + byte, 0);
  return { inflatedBytes, deflated: cursor.take(cursor.left) };
}

export interface TransactionPayload {
  readonly compression: 'zstd' | 'none' | 'unknown';
  readonly inflatedBytes: number;
  readonly payload: Uint8Array;
}

/** MySQL's whole compressed transaction: numbered fields, then the events without checksums. */
export function readPayload(body: Uint8Array): TransactionPayload {
  const cursor = new ByteCursor(body);
  let [payloadBytes, compression, inflatedBytes] = [0, 0, 0];
  for (let field = cursor.packed(); field !== 0; field = cursor.packed()) {
    const value = new ByteCursor(cursor.take(cursor.packed()));
    if (field === 1) payloadBytes = value.packed();
    else if (field === 2) compression = value.packed();
    else if (field === 3) inflatedBytes = value.packed();
  }
  const known = { 0: 'zstd', 255: 'none' } as const;
  return {
    compression: known[compression as 0 | 255] ?? 'unknown',
    inflatedBytes: inflatedBytes || payloadBytes,
    payload: cursor.take(payloadBytes),
  };
}

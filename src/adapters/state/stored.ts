import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';

/** What a JSON column holds; a value that does not fit `schema` was damaged or written by another version. Failure `state-unavailable`. */
export function readStored<Value>(schema: z.ZodType<Value>, json: string, what: string): Value {
  const result = schema.safeParse(parseJson(json));
  if (result.success) return result.data;
  throw unreadable(what, z.prettifyError(result.error));
}

/** A whole row, with its columns checked. Failure `state-unavailable`. */
export function readRow<Row>(schema: z.ZodType<Row>, row: unknown, what: string): Row {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw unreadable(what, z.prettifyError(result.error));
}

function unreadable(what: string, why: string): Failure {
  return new Failure('state-unavailable', `The state database holds ${what} that makes no sense: ${why}`, {
    hint: 'Backups are not in it: move the state database (with its -wal and -shm) away, then run `tidemark catalog rebuild`.',
    retryable: false,
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

import { z } from 'zod';

/** Arguments arrive as a form, where everything is text, or as JSON, where it is not. */
export const text = z.union([z.string(), z.number().transform(String)]);
export const flag = z.union([z.boolean(), z.stringbool()]);
export const count = z.coerce.number().int().min(1).max(1000);

/** Blocks and other structures: in a form they come as JSON text, which may not even be JSON. */
export const structure = z.unknown().transform((value) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return 'not JSON';
  }
});

/** One page of a list, and the cursor to the next: empty at the end, undefined when the given one is not ours. */
export function pageOf<T>(all: T[], limit: number, cursor = ''): { page: T[]; next: string } | undefined {
  const start =
    cursor === ''
      ? 0
      : Number(
          Buffer.from(cursor, 'base64url')
            .toString()
            .replace(/^from:/, ''),
        );
  if (!Number.isInteger(start) || start < 0 || start > all.length) return undefined;
  const end = start + limit;
  return {
    page: all.slice(start, end),
    next: end < all.length ? Buffer.from(`from:${end}`).toString('base64url') : '',
  };
}

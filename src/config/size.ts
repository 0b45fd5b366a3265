import { z } from 'zod';

const units: Record<string, number> = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** `500MB`, `20GB`, `2TB`, as bytes. */
export const sizeSchema = z.unknown().transform((value, context): number => {
  const [, amount = '', unit = ''] = typeof value === 'string' ? (/^(\d{1,6}) ?([MGT]B)$/.exec(value) ?? []) : [];
  const result = Number(amount) * (units[unit] ?? 0);
  if (result > 0) return result;
  context.addIssue({ code: 'custom', message: 'is no size: write it like 500MB, 20GB or 2TB' });
  return z.NEVER;
});

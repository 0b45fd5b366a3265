import { z } from 'zod';

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms` is too short to be a limit: `10s`, `5m`, `1h`, as milliseconds. */
export const timeLimitSchema = z.unknown().transform((value, context): number => {
  const [, amount = '', unit = ''] = typeof value === 'string' ? (/^(\d{1,4})([smh])$/.exec(value) ?? []) : [];
  const result = Number(amount) * (units[unit] ?? 0);
  if (result > 0 && result <= 24 * 3_600_000) return result;
  context.addIssue({
    code: 'custom',
    message: 'is no time limit: write seconds, minutes or hours, like 30s, 10m or 1h, a day at most',
  });
  return z.NEVER;
});

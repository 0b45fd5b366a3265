import { z } from 'zod';

const days: Record<string, number> = { h: 1 / 24, d: 1, w: 7 };

/** `30d`, `12h`, `6w`, as days. */
export const durationSchema = z.unknown().transform((value, context): number => {
  const [, amount = '', unit = ''] = typeof value === 'string' ? (/^(\d{1,5})([hdw])$/.exec(value) ?? []) : [];
  const result = Number(amount) * (days[unit] ?? 0);
  if (result > 0) return result;
  context.addIssue({
    code: 'custom',
    message: `${value === undefined ? 'is missing' : 'is no duration'}: write hours, days or weeks, like 12h, 30d or 6w`,
  });
  return z.NEVER;
});

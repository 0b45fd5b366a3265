import { z } from 'zod';
import { didYouMean } from '../domain/nearest.ts';

/**
 * A mapping of the configuration in which every unknown key is an error that names what was probably meant.
 * `later` holds keys that are not built yet and what they wait for.
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape, later: Readonly<Record<string, string>> = {}) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        return (issue.keys as string[]).map((key) => unknownKey(key, known, later)).join(perKey);
      }
      return `${issue.input === undefined ? 'is missing: write' : 'should be'} a mapping with ${listed(known)}`;
    },
  });
}

/** Keys that one issue names share its message, so the sentences for each are strung together with this. */
export const perKey = '\n';

function unknownKey(key: string, known: readonly string[], later: Readonly<Record<string, string>>): string {
  const waitsFor = later[key];
  if (waitsFor !== undefined) return `is not built yet: it comes with ${waitsFor}. Comment it out until then.`;
  const meant = didYouMean(key, [...known, ...Object.keys(later)]);
  return `is not known here.${meant || ` Known are ${listed(known)}.`}`;
}

function listed(keys: readonly string[]): string {
  return keys.length < 2 ? keys.join('') : `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`;
}

/** A text that says what it should be when it is missing or something else. */
export function text(what: string) {
  return z.string({ error: saying(what) }).min(1, `is empty; it should be ${what}`);
}

export function number(what: string, least: number, most: number) {
  const error = saying(what);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function flag(what: string) {
  return z.boolean({ error: saying(`true or false: ${what}`) });
}

/** Where another service than AWS's own is. */
export function endpoint() {
  return z
    .url({ protocol: /^https?$/, error: saying('a URL, like https://minio.example.org:9000') })
    .refine((url) => new URL(url).username === '', 'holds credentials: they come from the environment or a profile');
}

export function saying(what: string) {
  return (issue: { input?: unknown }): string =>
    issue.input === undefined || issue.input === null ? `is missing: write ${what}` : `should be ${what}`;
}

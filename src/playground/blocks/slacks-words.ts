import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Says what is wrong with `blocks`, or with a `view`, in the sentences Slack uses, each with its JSON pointer. */
export function inSlacksWords(issues: readonly Issue[], raw: unknown, root: 'blocks' | 'view' = 'blocks'): string[] {
  const sentences = issues.flatMap((issue) => sentencesFor(issue, raw, root));
  const texts = sentences.flatMap((it) => it.pointer.match(/^(\/view)?\/blocks\/\d+\/text(?=\/|$)/)?.[0] ?? []);
  const preface = [...new Set(texts)].map((pointer) => ({ says: 'failed to match all allowed schemas', pointer }));
  return [...preface, ...sentences].map((it) => `${it.says} [json-pointer:${it.pointer}]`);
}

function sentencesFor(issue: Issue, raw: unknown, root: string): { says: string; pointer: string }[] {
  const path = issue.path.map(String);
  const here = pointerTo([root, ...path]);
  const parent = pointerTo([root, ...path.slice(0, -1)]);
  const value = valueAt(raw, path);
  const missing = { says: `missing required field: ${path.at(-1)}`, pointer: parent };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ says: `invalid additional property: ${key}`, pointer: here }));
    case 'too_big':
      return issue.origin === 'array'
        ? [{ says: `no more than ${issue.maximum} items allowed`, pointer: here }]
        : [{ says: `must be less than ${Number(issue.maximum) + 1} characters`, pointer: here }];
    case 'too_small':
      return issue.origin === 'array'
        ? [{ says: `must provide at least ${issue.minimum} items`, pointer: here }]
        : [{ says: `must be more than ${Number(issue.minimum) - 1} characters`, pointer: here }];
    case 'invalid_union':
      return value === undefined ? [missing] : [{ says: `unsupported type: ${String(value)}`, pointer: here }];
    case 'invalid_value':
      return value === undefined ? [missing] : [{ says: 'must be a valid enum value', pointer: here }];
    case 'invalid_type': {
      if (value === undefined) return [missing];
      const article = /^[aeiou]/.test(issue.expected) ? 'an' : 'a';
      return [{ says: `must provide ${article} ${issue.expected}`, pointer: here }];
    }
    default:
      return [{ says: issue.message, pointer: here }];
  }
}

const pointerTo = (path: string[]): string => `/${path.join('/')}`;

function valueAt(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined),
    root,
  );
}

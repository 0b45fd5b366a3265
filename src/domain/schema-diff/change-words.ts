import { countOf } from '../measures.ts';
import type { SchemaChange } from './schema-change.ts';

/** `table alumni.users changed`, and below it `- ` and `+ ` lines. */
export function changeLines(change: SchemaChange): string[] {
  const { gone, come } = change;
  return [
    changeWords(change),
    ...gone.map((line) => `  - ${line.trim()}`),
    ...come.map((line) => `  + ${line.trim()}`),
  ];
}

/** `table alumni.users changed` */
export function changeWords({ kind, schema, name, what }: SchemaChange): string {
  return `${kind} ${name === '' ? schema : `${schema}.${name}`} ${what}`;
}

/** `3 changes: 1 added, 2 changed`; `nothing changed`. */
export function changeCounts(changes: readonly Pick<SchemaChange, 'what'>[], total = changes.length): string {
  if (total === 0) return 'nothing changed';
  const counts = (['added', 'removed', 'changed'] as const).flatMap((what) => {
    const count = changes.filter((change) => change.what === what).length;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  const all = countOf(total, 'change');
  // Of those that were left out nobody counted the kinds.
  return total === changes.length ? `${all}: ${counts.join(', ')}` : all;
}

import { countOf } from '../measures.ts';
import type { KeptChanges, SchemaChange } from './schema-change.ts';

/** `table alumni.users changed`, and below it `- ` and `+ ` lines. */
export function changeLines(change: SchemaChange): string[] {
  const { gone, come } = change;
  return [
    changeWords(change),
    ...gone.map((line) => `  - ${line.trim()}`),
    ...come.map((line) => `  + ${line.trim()}`),
  ];
}

/** What a manifest keeps of them, at most so many lines, then how many more there are. */
export function keptChangeLines({ total, changes }: KeptChanges, mostLines = 60): string[] {
  const lines: string[] = [];
  let told = 0;
  for (const change of changes) {
    const more = changeLines(change);
    // One alone may be longer than all there is room for.
    if (told > 0 && lines.length + more.length > mostLines) break;
    lines.push(...more.slice(0, mostLines));
    told += 1;
  }
  return total > told ? [...lines, `… and ${countOf(total - told, 'more change')}`] : lines;
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

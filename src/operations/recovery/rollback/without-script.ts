import type { RecoveryRefusal } from '../../../domain/recovery/recovery-refusal.ts';
import { changeCounts, changeLines } from '../../../domain/schema-diff/change-words.ts';
import type { SchemaChange } from '../../../domain/schema-diff/schema-change.ts';
import { shorten } from '../../../domain/wording.ts';
import type { Script } from './find-script.ts';
import type { StructureBefore } from './structure-before.ts';

const mostLines = 40;

/** Nobody invents DDL: it says what a script has to undo, and what goes with it. */
export function withoutScript({
  name,
  source,
  found,
  before,
  changes,
  lost,
}: {
  name: string;
  source: string;
  found: Extract<Script, { kind: 'missing' }>;
  before: StructureBefore | undefined;
  changes: readonly SchemaChange[];
  lost: readonly string[];
}): RecoveryRefusal {
  const head = `There is no script to lead ${name} back: ${found.problem}`;
  if (!before?.objects) {
    const why = before?.why ?? 'nothing is known of how it was';
    return { why: 'no-plan', problem: `${head} What it changed cannot be told either: ${why}`, mend: found.mend };
  }
  if (changes.length === 0) {
    const problem = `${head} None is needed: the structure of ${source} is as it was before ${name}.`;
    return { why: 'no-plan', problem, mend: 'There is nothing to do.' };
  }
  const lines = changes.flatMap(changeLines).map((line) => shorten(line, 160));
  const more = lines.length > mostLines ? [`… and ${lines.length - mostLines} more lines`] : [];
  const problem = [
    head,
    `Since ${before.id}: ${changeCounts(changes)}`,
    ...[...lines.slice(0, mostLines), ...more].map((line) => `  ${line}`),
    lost.length === 0 ? 'Leading it back loses no data.' : 'Leading it back loses:',
    ...lost.slice(0, mostLines).map((line) => `  ${shorten(line, 160)}`),
  ].join('\n');
  return { why: 'no-plan', problem, mend: `${found.mend} The structure before: show ${before.id}` };
}

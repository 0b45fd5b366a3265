import { type ChecklistItem, decideItem, type Observed } from '../../domain/checklist/checklist.ts';
import {
  countOrphans,
  type ForeignKey,
  foreignKeyWords,
  listForeignKeys,
  readForeignKeys,
} from '../../domain/checklist/foreign-keys.ts';
import { countOf } from '../../domain/measures.ts';
import { inParallel } from '../in-parallel.ts';
import type { Looking } from './looking.ts';

const mostColumns = 200_000;

/** Looks for orphans of every foreign key: that a constraint is listed proves nothing, for loading switches their checks off. */
export async function checkForeignKeys(looking: Looking): Promise<ChecklistItem> {
  const { inventory, inspection, validation, signal } = looking;
  const { limitMilliseconds } = validation;
  const said = { allWell: '', nothing: 'there are no foreign keys to check' };
  if (inventory.schemas.length === 0) return decideItem('foreign-keys', [], said);
  const listed = await inspection.ask(
    { ...listForeignKeys(inventory.schemas), limitMilliseconds, mostRows: mostColumns },
    signal,
  );
  if (listed.kind === 'unanswered') {
    return decideItem('foreign-keys', [{ state: 'unknown', words: `not listed: ${listed.reason}` }], said);
  }
  const keys = readForeignKeys(listed.rows);
  if (keys.length === 0) {
    return { topic: 'foreign-keys', state: 'ticked', evidence: [said.nothing] };
  }
  const found = new Map<ForeignKey, Observed>();
  await inParallel(keys, { parallel: 2, signal }, async (key) => {
    found.set(key, await lookFor(key, looking));
  });
  const observed = keys.flatMap((key) => found.get(key) ?? []);
  const allWell = `${countOf(keys.length, 'constraint')} checked row by row, no orphans`;
  return decideItem('foreign-keys', observed, { ...said, allWell });
}

async function lookFor(key: ForeignKey, { inspection, validation, signal }: Looking): Promise<Observed> {
  const question = { sql: countOrphans(key), limitMilliseconds: validation.limitMilliseconds, mostRows: 1 };
  const answer = await inspection.ask(question, signal);
  const words = foreignKeyWords(key);
  if (answer.kind === 'unanswered') {
    return { state: answer.timedOut ? 'unknown' : 'bad', words: `${words}: ${answer.reason}` };
  }
  const orphans = Number(answer.rows[0]?.[0]);
  return orphans === 0
    ? { state: 'good', words }
    : { state: 'bad', words: `${countOf(orphans, 'row points', 'rows point')} nowhere: ${words}` };
}

import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../../domain/failure.ts';
import { scheduler } from '../../../domain/principal.ts';
import { rollbackDetails } from '../../../domain/rollback/rollback-details.ts';
import { changeCounts, changeLines } from '../../../domain/schema-diff/change-words.ts';
import { compareSchemas } from '../../../domain/schema-diff/compare-schemas.ts';
import { shorten } from '../../../domain/wording.ts';
import { markMigration } from '../../migration/mark-migration.ts';
import { readStructure } from '../../read-structure.ts';
import { startBackup } from '../../start-backup.ts';
import type { RecoveryRun } from '../scenario.ts';

/** How it is before anything is done to it: what a rollback spoils can be compared with this. */
export async function safetyStep(run: RecoveryRun): Promise<void> {
  const id = await takeSchemaBackup(run);
  run.note(`Schema backup before: ${id}`);
}

/** What came out, against how it was before the migration. A difference is a result, for people to judge. */
export async function compareStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal } = run;
  const { before, migration } = rollbackDetails(plan);
  const id = await takeSchemaBackup(run);
  run.note(`Schema backup after: ${id}`);
  if (before === null) return run.note('What came out was not compared: nothing is known of how it was before.');
  await markMigration(world, scheduler, id, { name: migration, what: 'rolled-back', before });
  const asked = { principal: scheduler, purpose: 'rollback', signal };
  const [earlier, later] = [await readStructure(world, before, asked), await readStructure(world, id, asked)];
  if (earlier.kind === 'refused' || later.kind === 'refused') {
    return run.note(`What came out was not compared: ${before} cannot be read any more.`);
  }
  const changes = compareSchemas(earlier.objects, later.objects);
  if (changes.length === 0) return run.note(`The structure is as it was before ${migration}, in ${before}.`);
  const lines = changes.flatMap(changeLines).map((line) => shorten(line.trim(), 120));
  const more = lines.length > mostLines ? `; … and ${lines.length - mostLines} more lines` : '';
  run.note(
    `The structure differs from how it was before ${migration}: ${changeCounts(changes)}: ${lines.slice(0, mostLines).join('; ')}${more}. All of it: schema diff ${before} ${id}`,
  );
}

const mostLines = 12;
const lookEvery = 500;

/** Behind one that runs already: that is of an earlier moment. */
async function takeSchemaBackup({ world, plan, signal }: RecoveryRun): Promise<string> {
  for (;;) {
    const job = { principal: scheduler, kind: 'schema', source: plan.source, trigger: 'request' } as const;
    const started = startBackup(world, { ...job, signal });
    if (started.kind === 'refused') {
      if (started.reason !== 'already-running') throw noBackup(`it was refused: ${started.reason}`);
      world.state.jobs.markCutOff();
      await pause(lookEvery, undefined, { signal });
      continue;
    }
    const outcome = await started.done;
    signal.throwIfAborted();
    if (outcome.kind === 'succeeded') return outcome.backupId;
    throw noBackup(outcome.kind === 'failed' ? outcome.failure.message : `it ended as ${outcome.kind}`);
  }
}

function noBackup(why: string): Failure {
  return new Failure('restore-failed', `The schema backup did not come about: ${why}`, {
    hint: 'Mend that, then go on: approvals resume',
  });
}

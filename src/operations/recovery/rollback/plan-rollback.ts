import { countOf } from '../../../domain/measures.ts';
import { type Migration, migrationNamed } from '../../../domain/migration/migration.ts';
import { canonicalJson, type RecoveryPlan } from '../../../domain/recovery/plan.ts';
import { noPlan, type RecoveryRefusal } from '../../../domain/recovery/recovery-refusal.ts';
import type { RollbackDetails } from '../../../domain/rollback/rollback-details.ts';
import { compareSchemas } from '../../../domain/schema-diff/compare-schemas.ts';
import type { SchemaChange } from '../../../domain/schema-diff/schema-change.ts';
import { sha256 } from '../../../domain/sha256.ts';
import type { Target } from '../../../ports/target.ts';
import { knownMigrations } from '../../migration/list-migrations.ts';
import type { World } from '../../world.ts';
import type { PlanWanted } from '../scenario.ts';
import { asksAnything } from './check-step.ts';
import { countLost } from './count-lost.ts';
import { findScript } from './find-script.ts';
import { readLiveStructure } from './live-structure.ts';
import { type StructureBefore, structureBefore } from './structure-before.ts';
import { withoutScript } from './without-script.ts';

/** What leading a migration back would do. Nothing is written; the structure is read as it is now, and what would be lost is counted. */
export async function planRollback(world: World, wanted: PlanWanted): Promise<RecoveryPlan | RecoveryRefusal> {
  const { source, signal } = wanted;
  const name = String(wanted.details?.migration ?? '');
  const restorer = world.restorers?.get(source);
  if (!restorer)
    return noPlan(`${source} has no user for approved steps.`, `Set sources.${source}.restore: user and password.`);
  const fit = await fitness(restorer);
  if (fit) return fit;

  const migration = migrationNamed(knownMigrations(world, source), name);
  const found = await findScript(world, source, name);
  if (found.kind === 'unfit') return noPlan(found.problem, found.mend);
  if (found.kind === 'missing' && !migration) {
    return noPlan(`No migration ${name} was announced on ${source}, and ${found.problem}`, found.mend);
  }
  const live = await readLiveStructure(world, source, signal);
  const before = migration && (await structureBefore(world, wanted, migration));
  const changes = before?.objects ? compareSchemas(before.objects, live) : [];
  const lost = await countLost(restorer, changes, signal);
  if (found.kind === 'missing') return withoutScript({ name, source, found, before, changes, lost });

  const { script, file, sum } = found;
  const facts = await restorer.facts();
  const statements = script.statements.map(({ line, sql, destroys }) => ({
    line,
    sql,
    ...(destroys !== undefined && { destroys }),
  }));
  const details: RollbackDetails = {
    migration: name,
    script: { file, sha256: sum, statements },
    before: before?.objects ? before.id : null,
    structure: sha256(Buffer.from(canonicalJson(live))),
  };
  return {
    formatVersion: 1,
    scenario: 'schema-rollback',
    source,
    subject: name,
    wanted: wanted.end,
    range: null,
    target: {
      kind: 'source',
      name: source,
      serverUuid: facts.serverUuid,
      place: restorer.place,
      version: facts.version,
      replaces: [],
    },
    gtids: 'anew',
    binlog: true,
    steps: [
      { id: 'safety', title: 'Take a schema backup of how it is now', seconds: null },
      { id: 'run', title: `Run ${countOf(statements.length, 'statement')} of ${file}, one by one`, seconds: null },
      { id: 'compare', title: `Take a schema backup, and compare it with how it was before ${name}`, seconds: null },
      ...(asksAnything(world, source)
        ? [{ id: 'check', title: 'Check the application, and ask the configured questions', seconds: null }]
        : []),
    ],
    expectedSeconds: null,
    loss: null,
    warnings: warningsOf({ name, migration, before, changes, lost, statements }),
    details,
  };
}

async function fitness(restorer: Target): Promise<RecoveryRefusal | undefined> {
  const { replicates, readOnly } = await restorer.condition();
  if (replicates) {
    return noPlan(
      `${restorer.name} is a running replica: its structure comes from where it replicates.`,
      'Lead the migration back on that server.',
    );
  }
  return readOnly
    ? noPlan(`${restorer.name} is read-only.`, 'Make it writable first, or lead back the server that is.')
    : undefined;
}

function warningsOf({
  name,
  migration,
  before,
  changes,
  lost,
  statements,
}: {
  name: string;
  migration: Migration | undefined;
  before: StructureBefore | undefined;
  changes: readonly SchemaChange[];
  lost: readonly string[];
  statements: RollbackDetails['script']['statements'];
}): string[] {
  const destroying = statements.flatMap(({ line, destroys }) =>
    destroys === undefined ? [] : [`line ${line} ${destroys}`],
  );
  return [
    ...destroying.map((words) => `Destroys data: ${words}`),
    ...lost.map((words) => `Goes when it is led back: ${words}`),
    ...(migration ? [] : [`${name} was never announced: what comes out cannot be compared with how it was`]),
    ...(migration?.state === 'started' ? [`${name} was never ended: it may still be under way`] : []),
    ...(migration?.state === 'rolled-back' ? [`${name} was led back already`] : []),
    ...(before?.why === undefined ? [] : [`What comes out cannot be compared with how it was: ${before.why}`]),
    ...(before?.objects && changes.length === 0 ? [`Nothing differs from how it was before ${name}`] : []),
  ];
}

import { Failure } from '../../../domain/failure.ts';
import { countOf, formatDuration } from '../../../domain/measures.ts';
import type { ScriptUnit } from '../../../domain/rollback/read-script.ts';
import type { ReadStatement } from '../../../domain/rollback/read-statement.ts';
import { rollbackDetails } from '../../../domain/rollback/rollback-details.ts';
import { sha256 } from '../../../domain/sha256.ts';
import type { ScriptSession, StatementRun } from '../../../ports/script-session.ts';
import type { RecoveryRun } from '../scenario.ts';
import { findScript } from './find-script.ts';
import { type ScriptProgress, scriptProgress } from './script-progress.ts';

/**
 * Runs the approved script, a unit at a time, on one session of the restoring user. Before each the journal says that it begins, behind it that it is done:
 * what is done never runs twice. One that was cut off in between is looked at first.
 */
export async function runScriptStep(run: RecoveryRun): Promise<void> {
  const { world, plan, id, signal } = run;
  const { units, statements } = await approvedScript(run);
  const restorer = world.restorers?.get(plan.source);
  if (!restorer || (await restorer.facts()).serverUuid !== plan.target.serverUuid) {
    throw new Failure('restore-failed', `${plan.source} is not the server that was approved.`, {
      hint: 'Give this rollback up, and request it for the server that is there now.',
    });
  }
  const loose = (await restorer.inventory()).tables
    .filter(({ transactional }) => !transactional)
    .map(({ name }) => name);
  const progress = scriptProgress(run);
  const session = await restorer.openScript(id);
  try {
    let number = 1;
    for (const [index, unit] of units.entries()) {
      const place: Place = { run, session, progress, unit, index, number, total: statements.length, loose };
      if (index < progress.done()) await sayAgain(place);
      else {
        signal.throwIfAborted();
        refuseStopped(place);
        await runUnit(place);
        world.crashPoint('rollback-unit-done');
      }
      number += unit.statements.length;
      run.progress({ bytes: number - 1, total: statements.length });
    }
  } finally {
    await session.end();
  }
}

interface Place {
  readonly run: RecoveryRun;
  readonly session: ScriptSession;
  readonly progress: ScriptProgress;
  readonly unit: ScriptUnit;
  readonly index: number;
  /** Of its first statement, counted from 1. */
  readonly number: number;
  readonly total: number;
  /** Tables whose rows no transaction brings back. */
  readonly loose: readonly string[];
}

/** What was approved, as it lies there now: any other script is not run. */
async function approvedScript({ world, plan }: RecoveryRun) {
  const { migration, script } = rollbackDetails(plan);
  const found = await findScript(world, plan.source, migration);
  if (found.kind === 'script' && found.sum === script.sha256) return found.script;
  throw new Failure('restore-failed', `${script.file} is not the script that was approved.`, {
    hint: 'Put the approved one back and go on, or give this up and request it with the new one.',
  });
}

/** Settings of a session that is gone; everything else is done. */
async function sayAgain({ unit, session, ...place }: Place): Promise<void> {
  for (const statement of unit.statements.filter(({ kind }) => kind === 'session')) {
    const ran = await session.run(statement.sql);
    if (ran.kind === 'refused') throw stopped({ ...place, unit, session }, statement, 0, ran);
  }
}

async function runUnit(place: Place): Promise<void> {
  const { progress, index, unit, run } = place;
  if (progress.begun(index) && (await ranAlready(place))) {
    progress.finish(index);
    return;
  }
  progress.begin(index, await markOf(place));
  run.world.crashPoint('rollback-unit-begun');
  const [first] = unit.statements;
  if (first?.kind === 'data' || first?.kind === 'begin') await runTransaction(place);
  else await runAlone(place);
  run.world.crashPoint('rollback-unit-ran');
  progress.finish(index);
}

async function runAlone(place: Place): Promise<void> {
  const [statement] = place.unit.statements as [ReadStatement];
  const ran = await place.session.run(statement.sql);
  if (ran.kind === 'refused') {
    // A procedure may have got some way, and so may rows that no transaction brings back: then it stays begun.
    if (statement.kind !== 'other' && !touchesLoose(place)) place.progress.refused(place.index);
    throw stopped(place, statement, 0, ran);
  }
  tell(place, 0, ran);
}

/** Whole or not at all: as long as the journal does not say that it commits, the server undoes it when the session goes. */
async function runTransaction(place: Place): Promise<void> {
  const { unit, session, progress, index } = place;
  await session.run('START TRANSACTION');
  for (const [offset, statement] of unit.statements.entries()) {
    if (statement.kind !== 'data') continue;
    const ran = await session.run(statement.sql);
    if (ran.kind === 'refused') {
      await session.run('ROLLBACK');
      if (!touchesLoose(place)) progress.refused(index);
      throw stopped(place, statement, offset, ran);
    }
    tell(place, offset, ran);
  }
  progress.commits(index);
  const committed = await session.run('COMMIT');
  if (committed.kind === 'refused') throw stopped(place, unit.statements[0] as ReadStatement, 0, committed);
}

/** Whether a unit that was begun has run, or does now. Failure where only people can tell. */
async function ranAlready(place: Place): Promise<boolean> {
  const { unit, session, progress, index } = place;
  const [first] = unit.statements as [ReadStatement];
  if (first.kind === 'data' || first.kind === 'begin') {
    if (progress.isCommitting(index) || touchesLoose(place)) throw inDoubt(place);
    return false;
  }
  const { again } = first;
  switch (again.kind) {
    case 'repeat':
      return false;
    case 'compare':
      return (await markOf(place)) !== progress.mark(index) && noteRan(place);
    case 'try': {
      const ran = await session.run(first.sql);
      if (ran.kind === 'refused' && again.errors.includes(ran.code)) return noteRan(place);
      if (ran.kind === 'refused') throw stopped(place, first, 0, ran);
      tell(place, 0, ran);
      return true;
    }
    case 'ask':
      throw inDoubt(place);
    default:
      return again satisfies never;
  }
}

function noteRan(place: Place): true {
  place.run.note(`${label(place, 0)}: had run when it was cut off`);
  return true;
}

/** By which one sees later whether it has run. */
async function markOf({ unit, session }: Place): Promise<string | undefined> {
  const again = unit.statements[0]?.again;
  if (again?.kind !== 'compare') return undefined;
  const definition = await session.definition(again.table);
  return definition === undefined ? 'none' : sha256(Buffer.from(definition));
}

function touchesLoose({ unit, loose }: Place): boolean {
  return unit.statements.some(({ sql }) => loose.some((table) => sql.toLowerCase().includes(table.toLowerCase())));
}

function refuseStopped({ run, number }: Place): void {
  const asked = run.world.state.recoveries.get(run.id)?.stopAsked;
  if (!asked) return;
  throw new Failure('interrupted', `Stopped by ${asked.by} before statement ${number}.`, {
    hint: 'What ran stays. Go on: approvals resume',
  });
}

function tell(
  place: Place,
  offset: number,
  { rows, warnings, milliseconds }: Extract<StatementRun, { kind: 'ran' }>,
): void {
  const said = warnings.length > 0 ? `; ${warnings.join('; ')}` : '';
  place.run.note(`${label(place, offset)}: ${countOf(rows, 'row')}, ${formatDuration(milliseconds)}${said}`);
}

/** `3 of 7, line 12, ALTER TABLE office.people DROP …` */
function label({ unit, number, total }: Place, offset: number): string {
  const { line, sql } = unit.statements[offset] as ReadStatement;
  const words = sql.replace(/\s+/g, ' ');
  return `${number + offset} of ${total}, line ${line}, ${words.length > 60 ? `${words.slice(0, 60)}…` : words}`;
}

function stopped(
  { number, total, unit }: Place,
  { line }: ReadStatement,
  offset: number,
  { code, message }: Extract<StatementRun, { kind: 'refused' }>,
): Failure {
  const ran =
    number === 1
      ? 'None before it ran'
      : number === 2
        ? 'Statement 1 ran and stays'
        : `Statements 1 to ${number - 1} ran and stay`;
  const undone = unit.statements.length > 1 ? ' Its transaction was undone.' : '';
  const last = number + unit.statements.length - 1;
  const left =
    last === total
      ? ''
      : last + 1 === total
        ? `; statement ${total} did not run`
        : `; ${last + 1} to ${total} did not run`;
  return new Failure(
    'restore-failed',
    `Statement ${number + offset} of ${total}, line ${line}, was refused: ${code} ${message}.${undone} ${ran}${left}.`,
    {
      hint: `Mend on the server what is in its way, then go on with it: approvals resume. If the script is wrong: give this up, put right what is left of the script, and request it anew.`,
    },
  );
}

function inDoubt(place: Place): Failure {
  return new Failure('restore-failed', `Whether this ran when it was cut off cannot be told: ${label(place, 0)}.`, {
    hint: 'Nothing is run twice by guess. Look at the data; give this up, take out of the script what has run, and request it anew.',
  });
}

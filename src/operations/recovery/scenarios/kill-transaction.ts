import { z } from 'zod';
import { Failure } from '../../../domain/failure.ts';
import { type KillStep, killStep, killStepSchema, killStepWords, killWarning } from '../../../domain/kill-step.ts';
import type { RecoveryPlan } from '../../../domain/recovery/plan.ts';
import { noPlan, type RecoveryRefusal } from '../../../domain/recovery/recovery-refusal.ts';
import { isSameTransaction, type RunningTransaction } from '../../../domain/running-transaction.ts';
import { capital } from '../../../domain/wording.ts';
import type { Source } from '../../../ports/source.ts';
import { killTransaction } from '../../kill-transaction.ts';
import type { World } from '../../world.ts';
import type { PlanWanted, RecoveryRun, Scenario } from '../scenario.ts';

/** A transaction holds up others: its connection is ended, so that it is rolled back. Only the very one that was approved. */
export const killTransactionScenario: Scenario = { name: 'kill-transaction', plan, steps: { kill } };

/** What is asked for: the connection that KILL takes. */
const wantedSchema = z.object({ connection: z.coerce.number().int().positive() });

async function plan(world: World, { source: name, end, details, pinned }: PlanWanted) {
  const source = world.sources.get(name);
  if (!source) return noPlan(`There is no source ${name}.`, 'Name one that is configured.');
  const approved = pinned && killStepSchema.parse(pinned.details);
  const transaction = approved ? await stillThere(source, approved) : await openOn(source, details);
  if ('why' in transaction) return transaction;
  // What it has changed since makes it no other transaction.
  const step = approved ?? killStep(name, transaction);
  const { serverUuid, version } = await source.facts();
  const warning = killWarning(step);
  return {
    formatVersion: 1,
    scenario: 'kill-transaction',
    source: name,
    subject: `connection ${step.transaction.connection}`,
    wanted: end,
    range: null,
    target: {
      kind: 'source',
      name,
      serverUuid,
      place: world.restorers?.get(name)?.place ?? name,
      version,
      replaces: [],
    },
    gtids: 'anew',
    binlog: true,
    steps: [{ id: 'kill', title: capital(killStepWords(step)), seconds: null }],
    expectedSeconds: null,
    loss: null,
    warnings: [
      ...(warning === undefined ? [] : [warning]),
      ...(step.transaction.statement === '' ? [] : [`It does: ${step.transaction.statement}`]),
    ],
    details: { ...step },
  } satisfies RecoveryPlan;
}

async function openOn(source: Source, details: PlanWanted['details']): Promise<RunningTransaction | RecoveryRefusal> {
  const wanted = wantedSchema.safeParse(details);
  if (!wanted.success) return noPlan('Which connection?', 'trx lists the transactions, with their connections.');
  const { connection } = wanted.data;
  const { transactions } = await source.transactions.list();
  const found = transactions.find((one) => one.connection === connection);
  return (
    found ?? noPlan(`Connection ${connection} has no open transaction on ${source.name}.`, 'trx lists those there are.')
  );
}

async function stillThere(source: Source, { transaction }: KillStep): Promise<RunningTransaction | RecoveryRefusal> {
  const { transactions } = await source.transactions.list();
  const found = transactions.find((one) => isSameTransaction(one, transaction));
  return found ?? noPlan(`The transaction of connection ${transaction.connection} is over.`, 'Nothing has to be done.');
}

/** Looked at once more over the session that kills: nothing else is ended, whatever has come meanwhile. */
async function kill({ world, id, plan: approved, note }: RecoveryRun): Promise<void> {
  const step = killStepSchema.parse(approved.details);
  const recovery = world.state.recoveries.get(id);
  const { by = 'tidemark', via = 'schedule' } = recovery?.requested ?? {};
  const approvedBy = recovery?.approvals.map((approval) => approval.by) ?? [];
  const killing = await killTransaction(world, step, { principal: { name: by, via }, approvedBy });
  switch (killing.kind) {
    case 'killed':
      return note(`Connection ${step.transaction.connection} was ended; what it had changed is rolled back.`);
    case 'gone':
      return note('It had ended by itself: nothing was done.');
    case 'changed':
      throw new Failure('restore-failed', `Connection ${step.transaction.connection} is in another transaction now.`, {
        hint: 'Nothing was done. Look at trx, and ask for that one if it has to go, too.',
      });
    default:
      return killing satisfies never;
  }
}

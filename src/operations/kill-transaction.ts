import { Failure, toFailure } from '../domain/failure.ts';
import type { KillStep } from '../domain/kill-step.ts';
import type { Principal } from '../domain/principal.ts';
import type { Killing } from '../ports/transactions.ts';
import { record } from './record.ts';
import type { World } from './world.ts';

/**
 * Carries out one step of an approved plan: whoever calls it has seen to the approval. Only the very transaction that the step names is ended;
 * one that has gone or become another is left alone, which is no failure. Failures: a source's.
 */
export async function killTransaction(
  world: World,
  { source: name, transaction }: KillStep,
  { principal, approvedBy }: { principal: Pick<Principal, 'name' | 'via'>; approvedBy: readonly string[] },
): Promise<Killing> {
  const source = world.sources.get(name);
  if (!source) {
    throw new Failure('configuration', `There is no source ${name} any more.`, {
      hint: 'Ask for it again, with a source that is in the configuration.',
    });
  }
  const { id, connection, started, user } = transaction;
  const entry = { source: name, subject: `connection ${connection}` };
  const facts = { transaction: id, started, user, approvedBy: approvedBy.join(', ') };
  // Written before: what a crash here leaves is a line too many, not a connection ended by nobody.
  record(world, principal, { action: 'transaction.kill', ...entry, detail: facts });
  try {
    const killing = await source.transactions.kill({ id, connection, started });
    record(world, principal, { action: `transaction.${killing.kind}`, ...entry, detail: facts });
    return killing;
  } catch (error) {
    const { message } = toFailure(error);
    record(world, principal, { action: 'transaction.kill-failed', ...entry, detail: { ...facts, message } });
    throw error;
  }
}

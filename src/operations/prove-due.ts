import { isReadable, newestGood } from '../domain/catalog.ts';
import { scheduler } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { StartedJob } from './run-job.ts';
import { startVerification, type VerificationRequest } from './start-verification.ts';
import type { World } from './world.ts';

export type VerificationStarter = (world: World, request: VerificationRequest) => StartedJob | Refusal;

const day = 86_400_000;
/** Unless the schedule says otherwise. */
export const usualProofDays = 7;

/**
 * Restores the newest good full backup for proof when the last such proof is older than `proveEvery`, where there are scratch servers.
 * It gives way to whatever runs on the source, and one that fails is tried again a day later.
 */
export function proveDue(
  world: World,
  now: Date,
  { start = startVerification, signal }: { start?: VerificationStarter; signal?: AbortSignal } = {},
): void {
  const schedule = world.schedules.full;
  if (!schedule || !world.scratch) return;
  for (const source of world.sources.keys()) {
    const entries = world.state.catalog.list({ source, kind: 'full' }).filter(isReadable);
    const newest = newestGood(entries, 'full');
    const provenAt = Math.max(
      0,
      ...entries.map(({ restoredAt }) => (restoredAt === null ? 0 : Date.parse(restoredAt))),
    );
    const isDue = provenAt + (schedule.proveEveryDays ?? usualProofDays) * day <= now.getTime();
    if (!newest || !isDue || wasTriedToday(world, source, now) || world.state.jobs.running(source).length > 0) continue;
    // Written first: what crashes the bot must not do so with every start.
    world.state.due.put({ key: dueKey(source), dueAt: new Date(now.getTime() + day), handledUntil: now });
    const request = { principal: scheduler, backup: newest.id, source, deep: true, trigger: 'schedule' } as const;
    try {
      const started = start(world, { ...request, ...(signal && { signal }) });
      if (started.kind === 'refused') world.log.warn({ source, reason: started.reason }, 'A proof was refused.');
    } catch (error) {
      world.log.error({ source, error }, 'A proof could not be started; trying again tomorrow.');
    }
  }
}

function wasTriedToday(world: World, source: string, now: Date): boolean {
  const row = world.state.due.get(dueKey(source));
  // A row from the future was written by a clock that was wrong.
  return row !== undefined && row.dueAt > now && row.dueAt.getTime() - now.getTime() <= day;
}

function dueKey(source: string): string {
  return `deep:${source}`;
}

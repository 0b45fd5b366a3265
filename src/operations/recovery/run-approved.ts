import { toFailure } from '../../domain/failure.ts';
import { isLate } from '../../domain/recovery/decide-recovery.ts';
import type { StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { World } from '../world.ts';
import { clearAfter } from './clear-after.ts';
import { settle } from './decide.ts';
import { executeRecovery, recoveryLease } from './execute-recovery.ts';
import { closeEveryScratch, scratchLease, tendScratch } from './standing-scratch.ts';

/** Marks what nobody runs any more, ends what its process left running, and marks what came too late. Answers those that may begin. */
export async function lookAfterRecoveries(world: World): Promise<StoredRecovery[]> {
  const open = world.state.recoveries.list({ open: true, limit: 1000 });
  forgetGoneScratch(world);
  const now = world.clock.now();
  for (const recovery of open) {
    if (recovery.state === 'running' && !world.state.leases.holder(recoveryLease(recovery.id))) {
      settle(world, recovery, () => ({ kind: 'interrupt', why: 'its process died' }));
      await clearAfter(world, recovery);
    } else if (isLate(recovery, now)) settle(world, recovery, () => ({ kind: 'expire' }));
  }
  return world.state.recoveries.list({ open: true, limit: 1000 }).filter(({ state }) => state === 'approved');
}

const patience = 30_000;

/** Runs what is approved, each once, side by side. `tick` looks; `settled` waits until those that it began have ended. */
export function approvedRunner(
  world: World,
  { signal }: { signal: AbortSignal },
): { tick(): Promise<void>; settled(): Promise<void> } {
  const underWay = new Map<string, Promise<void>>();
  const notBefore = new Map<string, number>();
  return {
    async tick() {
      if (signal.aborted) return;
      await tendScratch(world);
      for (const { id } of await lookAfterRecoveries(world)) {
        if (underWay.has(id) || world.clock.now().getTime() < (notBefore.get(id) ?? 0)) continue;
        const work = executeRecovery(world, id, { signal })
          .then((ended) => {
            if (ended.kind === 'refused') world.log.warn({ recovery: id, ended }, 'An approved recovery did not begin');
          })
          .catch((error) => couldNotBegin(world, id, error))
          .catch((error) =>
            world.log.error({ recovery: id, error: toFailure(error).message }, 'A recovery could not be run'),
          )
          .finally(() => {
            underWay.delete(id);
            // A server out of reach is asked again, but not every second.
            notBefore.set(id, world.clock.now().getTime() + patience);
          });
        underWay.set(id, work);
      }
    },
    async settled() {
      await Promise.all(underWay.values());
      await closeEveryScratch(world);
    },
  };
}

/** A scratch server went with the process that kept it. */
function forgetGoneScratch({ state }: World): void {
  for (const { id } of state.recoveries.onScratch()) {
    if (state.leases.holder(scratchLease(id))) continue;
    state.recoveries.change(id, (recovery) => ({ ...recovery, scratch: null }));
  }
}

/** Said on its card: it is tried again until its window has passed. */
function couldNotBegin(world: World, id: string, error: unknown): void {
  const { message, hint } = toFailure(error);
  world.log.warn({ recovery: id, error: message }, 'A recovery could not begin yet');
  const note = `It could not begin yet: ${message} ${hint}`;
  world.state.recoveries.change(id, (recovery) =>
    recovery.notes.includes(note) ? undefined : { ...recovery, notes: [...recovery.notes, note] },
  );
}

import { toFailure } from '../domain/failure.ts';
import type { Refusal } from '../domain/refusal.ts';
import { keepStreaming } from '../operations/binlog/keep-streaming.ts';
import { keepCopying } from '../operations/copies/keep-copying.ts';
import { pickUpAfterCrash } from '../operations/pick-up-after-crash.ts';
import type { World } from '../operations/world.ts';
import { startRecoveries } from '../surfaces/timetable/recoveries.ts';
import { startTimetable } from '../surfaces/timetable/timetable.ts';
import { startUpkeep } from '../surfaces/timetable/upkeep.ts';
import type { Around } from './around.ts';
import { openWorld } from './open-world.ts';
import { sourceChannels } from './source-channels.ts';
import { watchJobs } from './watch-jobs.ts';

const botLease = 'bot';
const lifeSignMilliseconds = 5_000;

/** Runs the bot until the signal: what a crash left is cleared away first, then Slack is heard where it is configured, then schedules run. */
export async function runBot(file: string, around: Around, signal: AbortSignal): Promise<Refusal | undefined> {
  const opened = await openWorld(file, around);
  const { settings, people } = opened;
  const { world, settled } = watchJobs(opened.world);
  try {
    const lease = world.state.leases.take(botLease);
    if (lease.kind === 'held') return { kind: 'refused', reason: 'bot-running', pid: lease.pid };
    const stopBeating = world.clock.every(lifeSignMilliseconds, async () => showLife(world));
    try {
      await clearAway(world);
      // First what can fail: where Slack's port is taken, no job has begun yet that would have to be stopped.
      const slack = settings.slack && (await startSlackSurface(world, settings.slack, settings, signal));
      const stopTimetable = startTimetable(world, { signal });
      const stopUpkeep = startUpkeep(world, { signal });
      const stopRecoveries = startRecoveries(world, { signal });
      const streaming = keepStreaming(world, { signal });
      const copying = keepCopying(world, { signal });
      world.log.info(
        { pid: process.pid, sources: [...world.sources.keys()], slack: slack !== undefined },
        'Tidemark runs',
      );
      await aborted(signal);
      world.log.info({}, 'Stopping: running jobs are ended and marked so');
      await stopTimetable();
      await stopUpkeep();
      await stopRecoveries();
      await streaming;
      await copying;
      await settled();
      await slack?.stop();
    } finally {
      stopBeating();
      world.state.leases.release(botLease);
    }
    world.log.info({}, 'Stopped');
    return undefined;
  } finally {
    opened.close();
  }

  async function startSlackSurface(
    world: World,
    slack: NonNullable<typeof settings.slack>,
    { sources, approvals: { stakeholders } }: typeof settings,
    signal: AbortSignal,
  ) {
    const { startSlack } = await import('../surfaces/slack/start-slack.ts');
    return startSlack(world, { ...slack, stakeholders, sourceChannels: sourceChannels(sources) }, people, { signal });
  }
}

/** A state that takes no writes for a while is no reason to die. */
function showLife({ state, log }: World): void {
  try {
    state.leases.beat();
  } catch (error) {
    log.warn({ error: toFailure(error).message }, 'A sign of life could not be written');
  }
}

/** What an earlier run that was killed left is dealt with, and told. */
async function clearAway(world: World): Promise<void> {
  const { cutOff, orphans, adopted, swept, scratch } = await pickUpAfterCrash(world);
  for (const job of cutOff) world.log.warn({ job: job.id, source: job.source }, `A ${job.kind} was cut off`);
  if (orphans > 0) world.log.warn({ programs: orphans }, 'Ended programs that an earlier run left behind');
  if (adopted.length > 0) world.log.warn({ backups: adopted }, 'Listed backups that a crash had kept from the catalog');
  if (swept > 0) world.log.warn({ objects: swept }, 'Swept what interrupted backups left');
  if (scratch.length > 0) world.log.warn({ scratch }, 'Destroyed scratch servers that an earlier run left behind');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { streamLease } from '../../domain/binlog/standing.ts';
import { Failure, type FailureCode } from '../../domain/failure.ts';
import type { Source } from '../../ports/source.ts';
import type { World } from '../world.ts';
import { readStanding } from './keep-standing.ts';
import { claimStream } from './keep-streaming.ts';
import { streamBinlog } from './stream-binlog.ts';

const lookEveryMilliseconds = 250;
/** Somebody waits: what comes is stored as it comes. */
const atOnce = { tick: lookEveryMilliseconds, cutAfter: 0 };
/** What is in the way of the stream may go away by itself; a job does not wait for that for ever. */
const patienceMilliseconds = 5 * 60_000;

/**
 * Resolves when the primary has everything that the server had executed at a moment, by the server's clock. Whoever streams the source's binlogs is waited for;
 * where nobody does, this does until then. Failure `binlog-behind`, or the code of what has been in the way for too long.
 */
export async function shipThrough(world: World, source: Source, moment: Date, signal: AbortSignal): Promise<void> {
  const isReached = () => (readStanding(world, source.name)?.heldAllAt ?? '') >= moment.toISOString();
  const done = new AbortController();
  const ours = claimStream(world, source.name)
    ? streamBinlog(world, source, { signal: AbortSignal.any([signal, done.signal]), tuning: atOnce })
    : undefined;
  try {
    await waitUntil(world, source.name, isReached, signal);
  } finally {
    done.abort();
    await ours;
    if (ours) world.state.leases.release(streamLease(source.name));
  }
}

async function waitUntil(world: World, source: string, isReached: () => boolean, signal: AbortSignal): Promise<void> {
  let seen = '';
  let movedAt = world.clock.now().getTime();
  while (!isReached()) {
    await pause(lookEveryMilliseconds, undefined, { signal });
    const now = world.clock.now().getTime();
    const standing = readStanding(world, source);
    const looks = JSON.stringify(standing?.coverage[0]?.end);
    if (looks !== seen) movedAt = now;
    seen = looks;
    if (now - movedAt > patienceMilliseconds) throw standsStill(source, standing?.trouble ?? undefined);
  }
}

function standsStill(source: string, trouble: { code: string; message: string; hint: string } | undefined): Failure {
  if (!trouble) {
    return new Failure('binlog-behind', `The binlogs of ${source} are not shipped, and nothing says why.`, {
      hint: 'Look at tidemark status and the log of the bot, then run it again.',
    });
  }
  return new Failure(trouble.code as FailureCode, `The binlogs of ${source} are not shipped: ${trouble.message}`, {
    hint: trouble.hint,
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { streamLease } from '../../domain/binlog/standing.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Source } from '../../ports/source.ts';
import type { World } from '../world.ts';
import type { StreamTuning } from './stream.ts';
import { streamBinlog } from './stream-binlog.ts';

export interface KeepStreamingOptions {
  readonly signal: AbortSignal;
  readonly tuning?: Partial<StreamTuning>;
}

const askAgainMilliseconds = 5_000;

/** Streams the binlogs of every source until the signal, where the schedule wants that. Resolves when all of them have ended. */
export async function keepStreaming(world: World, options: KeepStreamingOptions): Promise<void> {
  if (!world.schedules.incremental?.stream) return;
  await Promise.all([...world.sources.values()].map((source) => streamUnderLease(world, source, options)));
}

/** Takes the lease of a source's stream, unless anybody has it: another process, or another part of this one. */
export function claimStream({ state }: Pick<World, 'state'>, source: string): boolean {
  const lease = streamLease(source);
  return state.leases.holder(lease) === undefined && state.leases.take(lease).kind === 'taken';
}

/** Two that write one source's segments would only be in each other's way: whoever has the lease streams, the others wait for it. */
async function streamUnderLease(world: World, source: Source, options: KeepStreamingOptions): Promise<void> {
  const { signal } = options;
  const lease = streamLease(source.name);
  while (!signal.aborted) {
    try {
      if (claimStream(world, source.name)) {
        try {
          await streamBinlog(world, source, options);
        } finally {
          world.state.leases.release(lease);
        }
      }
    } catch (error) {
      const { code, message } = toFailure(error);
      world.log.error({ source: source.name, code, error: message }, 'the binlog stream broke; it begins again');
    }
    await pause(askAgainMilliseconds, undefined, { signal }).catch(() => {});
  }
}

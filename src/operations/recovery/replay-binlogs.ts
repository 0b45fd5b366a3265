import { Readable } from 'node:stream';
import { type BinlogRange, type RangeFile, rangeBytes } from '../../domain/binlog/binlog-range.ts';
import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Replay, Target } from '../../ports/target.ts';
import type { World } from '../world.ts';
import { readFile } from './read-file.ts';
import { type StoredChain, sourceChains } from './source-chains.ts';

export interface ReplayRequest extends Pick<Replay, 'owner' | 'binlog' | 'gtids' | 'idempotent' | 'signal'> {
  readonly source: string;
  readonly range: BinlogRange;
  /** Where the binlogs are, the nearest first. */
  readonly repositories: readonly Repository[];
  readonly target: Target;
  readonly onLaidOut?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Replays a range onto a server, in one session. The files are laid out whole before the first of their transactions runs: what cannot be
 * read leaves the server as it is. Failures `binlog-gap`, `integrity`, `object-missing` before that, and `restore-failed`.
 */
export async function replayBinlogs(world: World, request: ReplayRequest): Promise<void> {
  const { range, repositories, target, source, signal } = request;
  // A segment that was listed may be compacted away before it is read: what stands for it is in the next listing.
  for (let attempts = 3; ; attempts -= 1) {
    const chains = await sourceChains(world, repositories, source, signal);
    let laidOut = 0;
    try {
      await target.replay({
        ...request,
        from: range.from,
        files: range.files.map((file) => ({
          name: file.file,
          bytes: file.end,
          open: async () => Readable.from(fromNearest(chains, file, signal)),
        })),
        onLaidOut(bytes) {
          laidOut += bytes;
          request.onLaidOut?.(laidOut, rangeBytes(range));
          if (laidOut === rangeBytes(range)) world.crashPoint('recovery-laid-out');
        },
      });
      return;
    } catch (error) {
      signal.throwIfAborted();
      const moved = error instanceof Failure && error.code === 'object-missing';
      if (!moved || attempts <= 1) throw error;
    }
  }
}

/** The first repository that has the whole file; what one hands on before it fails is passed over in the next. */
async function* fromNearest(
  chains: readonly StoredChain[],
  file: RangeFile,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let passed = 0;
  let trouble: unknown;
  for (const chain of chains) {
    let at = 0;
    try {
      for await (const bytes of readFile(chain, file, signal)) {
        const fresh = bytes.subarray(Math.max(0, passed - at));
        at += bytes.length;
        if (fresh.length === 0) continue;
        passed = at;
        yield fresh;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      trouble ??= error;
    }
  }
  throw trouble;
}

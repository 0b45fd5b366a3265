import { crc32 } from 'node:zlib';
import { type RangeFile, segmentsOf } from '../../domain/binlog/binlog-range.ts';
import { type ScannedTransaction, scanTransactions } from '../../domain/binlog/scan-transactions.ts';
import { Failure } from '../../domain/failure.ts';
import type { Flavour } from '../../domain/server.ts';
import { readSegment } from '../binlog/read-segment.ts';
import type { StoredChain } from './source-chains.ts';

/**
 * The bytes of a server's file in [0, end), and perhaps some behind them, out of the segments of one repository. Failures `binlog-gap` where some are
 * missing, and as `readSegment` has them.
 */
export async function* readFile(
  { repository, keys, segments, chain }: StoredChain,
  file: RangeFile,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const tiles = new Set(chain.stretches.flatMap((stretch) => stretch.segments));
  const own = segmentsOf(
    file,
    segments.filter(({ facts }) => tiles.has(facts)),
  );
  if (!own) throw missing(file, repository.name);
  for (const segment of own) yield* await readSegment(repository, keys, segment, signal);
}

/** Hands on the transactions of a file in order, until one is answered with `stop` or its end. */
export async function scanFile(
  chain: StoredChain,
  file: RangeFile,
  flavour: Flavour,
  signal: AbortSignal,
  take: (transaction: ScannedTransaction) => 'stop' | undefined,
): Promise<void> {
  let stopped = false;
  const scan = scanTransactions({
    flavour,
    crc32,
    onTransaction: (transaction) => {
      if (!stopped && transaction.end <= file.end) stopped = take(transaction) === 'stop';
    },
  });
  for await (const bytes of readFile(chain, file, signal)) {
    scan.push(bytes);
    if (stopped) return;
  }
}

function missing({ file }: RangeFile, repository: string): Failure {
  return new Failure('binlog-gap', `${file} is not whole in ${repository}.`, {
    hint: 'Recover to a moment before it, or use another copy of the binlogs.',
  });
}

import { type Chain, traceChain } from '../../domain/binlog/chain.ts';
import type { ChainEnd } from '../../domain/binlog/decide-start.ts';
import type { StoredSegment } from './store-segment.ts';

/** What a repository has of a source's binlogs, kept up to date by whoever writes there. */
export interface KnownChain {
  segments(): readonly StoredSegment[];
  chain(): Chain;
  /** Undefined while there is nothing. */
  end(): ChainEnd | undefined;
  add(segment: StoredSegment): void;
  drop(segments: readonly StoredSegment[]): void;
}

export function knownChain(listed: readonly StoredSegment[]): KnownChain {
  let segments = [...listed];
  let traced: Chain | undefined;
  const chain = () => {
    traced ??= traceChain(segments.map(({ facts }) => facts));
    return traced;
  };
  return {
    segments: () => segments,
    chain,
    end() {
      const stretch = chain().stretches.at(-1);
      const last = stretch?.segments.at(-1);
      return stretch && last && { last, history: stretch.history };
    },
    add(segment) {
      segments.push(segment);
      traced = undefined;
    },
    drop(dropped) {
      if (dropped.length === 0) return;
      segments = segments.filter((segment) => !dropped.includes(segment));
      traced = undefined;
    },
  };
}

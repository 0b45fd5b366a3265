import type { Source } from '../../ports/source.ts';
import type { World } from '../world.ts';
import type { DayKeys } from './day-keys.ts';
import type { StandingKeeper } from './keep-standing.ts';
import type { KnownChain } from './known-chain.ts';

/** What everything that streams the binlogs of one source shares. */
export interface Stream {
  readonly world: World;
  readonly source: Source;
  readonly keys: DayKeys;
  readonly chain: KnownChain;
  readonly standing: StandingKeeper;
  readonly tuning: StreamTuning;
  readonly signal: AbortSignal;
}

export interface StreamTuning {
  /** How often spool and server are looked at, milliseconds. */
  readonly tick: number;
  /** What was read is stored after so many milliseconds at the latest, … */
  readonly cutAfter: number;
  /** … or when it is so many bytes. */
  readonly segmentBytes: number;
  /** While nothing can be stored, so many bytes may wait in the spool; what comes later stays with the server. */
  readonly spoolBytes: number;
  /** A server that is further, and sends nothing for so many milliseconds, is asked anew. */
  readonly standstill: number;
  /** How often to look for closed files that lie in pieces, milliseconds. */
  readonly compactEvery: number;
}

export const usualTuning: StreamTuning = {
  tick: 1_000,
  cutAfter: 4_000,
  segmentBytes: 8 * 1024 ** 2,
  spoolBytes: 2 * 1024 ** 3,
  standstill: 60_000,
  compactEvery: 5_000,
};

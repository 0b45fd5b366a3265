import type { WantedEnd } from '../recovery/recovery-end.ts';
import type { Flavour } from '../server.ts';
import type { EventGtid } from './event-meaning.ts';
import { extendHistory, hasHistory } from './history.ts';
import type { ScannedTransaction } from './scan-transactions.ts';
import type { SegmentFacts } from './segment.ts';

/** Looks for where to stop, file by file, in order. Only files that may hold it have to be read. */
export interface Cutter {
  /** Whether the end may lie in the file of these segments; where not, they count as passed. */
  mayBeIn(segments: readonly SegmentFacts[]): boolean;
  /** The offset to cut its file at, when this transaction settles it. */
  take(file: string, transaction: ScannedTransaction): number | undefined;
  /** Whether what was asked for is reached without cutting anything off, now that all was looked at. */
  readonly reached: boolean;
}

/** Ends that are cut out of the binlogs. */
export type CutEnd = Extract<WantedEnd, { kind: 'moment' | 'gtid' | 'before-statement' }>;

export function cutter(wanted: CutEnd, flavour: Flavour, executed: string): Cutter {
  switch (wanted.kind) {
    case 'moment':
      return momentCutter(Date.parse(wanted.at));
    case 'gtid':
      return gtidCutter(flavour, executed, wanted.set);
    case 'before-statement':
      return wanted.gtid === undefined
        ? placeCutter(wanted.place ?? { file: '', position: 0 })
        : beforeGtidCutter(flavour, wanted.gtid);
    default:
      return wanted satisfies never;
  }
}

/** In are the transactions that were surely over: those whose second ended at the moment or before. */
function momentCutter(moment: number): Cutter {
  const isLate = (seconds: number) => (seconds + 1) * 1000 > moment;
  return {
    reached: true,
    mayBeIn: (segments) => segments.some(({ lastAt }) => lastAt !== undefined && isLate(Date.parse(lastAt) / 1000)),
    take: (_file, { start, last }) => (isLate(last) ? start : undefined),
  };
}

function gtidCutter(flavour: Flavour, executed: string, set: string): Cutter {
  let history = executed;
  return {
    get reached() {
      return hasHistory(flavour, history, set);
    },
    mayBeIn(segments) {
      const after = segments.reduce((all, { history: own }) => (own ? extendHistory(flavour, all, own) : all), history);
      if (hasHistory(flavour, after, set)) return true;
      history = after;
      return false;
    },
    take(_file, { gtid, end }) {
      if (gtid) history = extendHistory(flavour, history, gtidText(gtid, flavour));
      return hasHistory(flavour, history, set) ? end : undefined;
    },
  };
}

function beforeGtidCutter(flavour: Flavour, wanted: string): Cutter {
  return {
    reached: false,
    mayBeIn: (segments) => segments.some(({ history }) => history !== '' && hasHistory(flavour, history, wanted)),
    take: (_file, { gtid, start }) => (gtid && gtidText(gtid, flavour) === wanted.toLowerCase() ? start : undefined),
  };
}

function placeCutter({ file: wanted, position }: { file: string; position: number }): Cutter {
  return {
    reached: false,
    mayBeIn: (segments) => segments[0]?.file === wanted,
    take: (file, { start, end }) => (file === wanted && position < end ? Math.min(start, end) : undefined),
  };
}

export function gtidText({ origin, number }: EventGtid, flavour: Flavour): string {
  return flavour === 'mysql' ? `${origin}:${number}` : `${origin}-${number}`;
}

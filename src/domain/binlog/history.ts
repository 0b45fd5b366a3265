import type { Flavour } from '../server.ts';
import type { EventGtid } from './event-meaning.ts';
import { containsGtids, formatGtidSet, gtidCollector, parseGtidSet, uniteGtids } from './gtid-set.ts';
import { advancePosition, formatMariadbPosition, parseMariadbPosition, reachesPosition } from './mariadb-gtid.ts';

/**
 * What a server has executed, as its own text: a GTID set on MySQL, a position per domain on MariaDB.
 * Empty where nothing was executed, or where transactions have no GTIDs.
 */
export type History = string;

/** `earlier`, and then what was executed in `later`. */
export function extendHistory(flavour: Flavour, earlier: History, later: History): History {
  return flavour === 'mysql'
    ? formatGtidSet(uniteGtids(parseGtidSet(earlier), parseGtidSet(later)))
    : formatMariadbPosition(advancePosition(parseMariadbPosition(earlier), parseMariadbPosition(later)));
}

/** Whether `history` has all of `part`. Everything has the empty one. */
export function hasHistory(flavour: Flavour, history: History, part: History): boolean {
  return flavour === 'mysql'
    ? containsGtids(parseGtidSet(history), parseGtidSet(part))
    : reachesPosition(parseMariadbPosition(history), parseMariadbPosition(part));
}

export interface HistoryCollector {
  add(gtid: EventGtid): void;
  /** What was added since the last time. */
  take(): History;
}

/** Gathers the GTIDs of transactions as they come. */
export function historyCollector(flavour: Flavour): HistoryCollector {
  let gtids = gtidCollector();
  const last = new Map<string, string>();
  return {
    add({ origin, number }) {
      if (flavour === 'mysql') gtids.add(origin, number);
      else last.set(origin.split('-')[0] ?? '', `${origin}-${number}`);
    },
    take() {
      if (flavour === 'mysql') {
        const history = formatGtidSet(gtids.gathered());
        gtids = gtidCollector();
        return history;
      }
      const history = formatMariadbPosition(parseMariadbPosition([...last.values()].join(',')));
      last.clear();
      return history;
    },
  };
}

import { Failure } from '../failure.ts';

/** A position in MariaDB's history: the last GTID of each domain, by domain. */
export type MariadbPosition = ReadonlyMap<number, MariadbGtid>;

export interface MariadbGtid {
  readonly domain: number;
  readonly server: number;
  readonly sequence: number;
}

/** Reads `0-1-100,1-2-50`. Where a domain stands twice, as in a list of every server's last, the later one counts. Failure `integrity`. */
export function parseMariadbPosition(text: string): MariadbPosition {
  const position = new Map<number, MariadbGtid>();
  for (const one of text.split(',')) {
    const word = one.trim();
    if (word === '') continue;
    const [, domain, server, sequence] = /^(\d+)-(\d+)-(\d+)$/.exec(word) ?? [];
    if (domain === undefined || !Number.isSafeInteger(Number(sequence))) throw notPosition(text);
    position.set(Number(domain), { domain: Number(domain), server: Number(server), sequence: Number(sequence) });
  }
  return position;
}

/** Domains ascending. */
export function formatMariadbPosition(position: MariadbPosition): string {
  return [...position.values()]
    .sort((a, b) => a.domain - b.domain)
    .map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`)
    .join(',');
}

/** Where one stands who was at `earlier` and then followed a stretch of binlog that ends at `later`. */
export function advancePosition(earlier: MariadbPosition, later: MariadbPosition): MariadbPosition {
  return new Map([...earlier, ...later]);
}

/** Whether one who stands at `position` has all that one at `other` has. Sequence numbers grow within a domain. */
export function reachesPosition(position: MariadbPosition, other: MariadbPosition): boolean {
  return [...other.values()].every(({ domain, sequence }) => (position.get(domain)?.sequence ?? -1) >= sequence);
}

function notPosition(text: string): Failure {
  return new Failure('integrity', `This is not a GTID position: ${text.trim().slice(0, 80)}`, {
    hint: 'Copy it as the server prints it: SELECT @@GLOBAL.gtid_binlog_pos.',
  });
}

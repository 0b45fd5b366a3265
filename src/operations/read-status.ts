import type { BinlogFacts } from '../domain/binlog/binlog-status.ts';
import { streamLease } from '../domain/binlog/standing.ts';
import type { CopyFacts } from '../domain/copies/copy-status.ts';
import { keyCopyNote, keyRetiredNote } from '../domain/key-notes.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { retentionPolicy } from '../domain/retention/retained.ts';
import { dueKey, type Scheduled, scheduledKinds } from '../domain/schedule.ts';
import { type SourceStatus, sourceStatus } from '../domain/status.ts';
import type { ScheduleFacts } from '../domain/status-facts.ts';
import { readStanding } from './binlog/keep-standing.ts';
import { copyFacts } from './copies/read-copies.ts';
import { storageUses, usualWarningDays } from './measure-storage.ts';
import { usualProofDays } from './prove-due.ts';
import { sourcesToLookAt } from './resolve-source.ts';
import type { World } from './world.ts';

export interface StatusRequest {
  readonly principal: Principal;
  /** Left out: every source that the principal may look at. */
  readonly source?: string;
}

/** How sources stand, worst first. */
export function readStatus(
  world: World,
  request: StatusRequest,
): { kind: 'status'; at: Date; sources: SourceStatus[] } | Refusal {
  const names = sourcesToLookAt(world, request);
  if (!Array.isArray(names)) return names;
  const at = world.clock.now();
  const sources = names.map((name) => statusOf(world, name, at));
  return { kind: 'status', at, sources: sources.sort((a, b) => weight[a.standing] - weight[b.standing]) };
}

/** How one source stands, for the bot's own messages; whoever is to see it has been checked elsewhere. */
export function statusOf(world: World, source: string, at: Date): SourceStatus {
  const { full } = world.schedules;
  const copies = copyFacts(world, source);
  return sourceStatus(
    {
      source,
      entries: world.state.catalog.list({ source }),
      jobs: world.state.jobs.list({ source, limit: 50 }),
      schedules: Object.fromEntries(
        scheduledKinds.flatMap((kind) => {
          const schedule = world.schedules[kind];
          return schedule ? [[kind, scheduleFacts(world, { kind, source, schedule }, at)]] : [];
        }),
      ),
      storage: { uses: storageUses(world, at), warnWithinDays: world.warnWhenFullWithinDays ?? usualWarningDays },
      retention: retentionPolicy(world.schedules),
      ...(full && world.scratch && { proveEveryDays: full.proveEveryDays ?? usualProofDays }),
      binlogs: binlogFacts(world, source, copies),
      copies,
      keysWithoutCopy: world.encryption
        .keys()
        .filter((key) => key.provider === 'file' && world.state.notes.get(keyCopyNote(key.id)) === undefined)
        .filter((key) => key.encrypts || world.state.notes.get(keyRetiredNote(key.id)) === undefined),
    },
    at,
  );
}

function binlogFacts(world: World, source: string, copies: readonly CopyFacts[]): BinlogFacts {
  const standing = readStanding(world, source);
  const known = new Set(standing?.coverage.map(({ repository }) => repository));
  const inCopies = copies.flatMap(({ copy, standing }) =>
    standing?.coverage && !known.has(copy) ? [standing.coverage] : [],
  );
  return {
    // The primary first: what the others lack is told by it.
    ...(standing && { standing: { ...standing, coverage: [...standing.coverage, ...inCopies] } }),
    wanted: world.schedules.incremental?.stream ?? false,
    running: world.state.leases.holder(streamLease(source)) !== undefined,
  };
}

const weight = { critical: 0, warning: 1, good: 2 } as const;

/** The longest pause between two runs of a schedule that is still looked at: a leap day's. */
const lookBackMilliseconds = 1500 * 86_400_000;

function scheduleFacts(world: World, { kind, source, schedule }: Scheduled, at: Date): ScheduleFacts {
  const zone = schedule.zone === undefined ? {} : { zone: schedule.zone };
  const since = new Date(at.getTime() - lookBackMilliseconds);
  const lastDue = world.calendar.matches(schedule.cron, since, at, { ...zone, limit: 1 }).at(-1);
  const next = world.calendar.next(schedule.cron, at, zone);
  const promised = world.state.due.get(dueKey({ kind, source }))?.dueAt;
  return { ...(lastDue && { lastDue }), ...(next && { next }), ...(promised && { promised }) };
}

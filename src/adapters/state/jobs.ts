import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import { compactTime } from '../../domain/backup-id.ts';
import {
  dueMomentSchema,
  type Job,
  jobKinds,
  type Outcome,
  outcomeSchema,
  progressSchema,
  triggers,
} from '../../domain/job.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jobs } from '../../ports/state.ts';
import type { Database } from './database.ts';
import type { Presence } from './presence.ts';
import { readRow, readStored } from './stored.ts';
import type { JobsTable } from './tables.ts';

export function openJobs(database: Database, presence: Presence, clock: Pick<Clock, 'now'>): Jobs {
  const { build } = database;
  let lastBeat = 0;

  return {
    start({ kind, source, startedBy, trigger, due }) {
      return database.exclusively(() => {
        const running = database.first(unfinished().where('kind', '=', kind).where('source', '=', source));
        if (running && presence.isAlive(running.process)) return { kind: 'busy', running: toJob(running) };
        if (running) end(running.id, { kind: 'cut-off' });

        presence.enter();
        const now = clock.now();
        const id = newJobId(now);
        database.run(
          build.insertInto('jobs').values({
            id,
            kind,
            source,
            trigger,
            due: due ? JSON.stringify(due) : null,
            started_by: startedBy,
            started_at: now.getTime(),
            finished_at: null,
            backup_id: null,
            progress: null,
            outcome: null,
            revision: nextRevision,
            process: presence.self,
            cancel_requested_by: null,
          }),
        );
        return { kind: 'started', job: known(id) };
      });
    },

    report(id, { progress, backupId }) {
      database.lightly(() =>
        database.run(
          change(id).set({
            ...(progress && { progress: JSON.stringify(progress) }),
            ...(backupId !== undefined && { backup_id: backupId }),
          }),
        ),
      );
      beatNowAndThen();
    },

    finish(id, outcome) {
      end(id, outcome);
    },

    get(id) {
      const row = database.first(build.selectFrom('jobs').selectAll().where('id', '=', id));
      return row && toJob(row);
    },

    running(source) {
      const query = unfinished().orderBy('started_at').orderBy('revision');
      return database.all(source === undefined ? query : query.where('source', '=', source)).map(toJob);
    },

    list({ source, kind, limit = 100 }) {
      let query = build.selectFrom('jobs').selectAll().orderBy('started_at', 'desc').orderBy(sql`rowid`, 'desc');
      if (source !== undefined) query = query.where('source', '=', source);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      return database.all(query.limit(limit)).map(toJob);
    },

    changedSince(revision) {
      const query = build.selectFrom('jobs').selectAll().where('revision', '>', revision).orderBy('revision');
      return database.all(query).map(toJob);
    },

    markCutOff() {
      return database.exclusively(() => {
        const dead = database.all(unfinished().orderBy('started_at')).filter((job) => !presence.isAlive(job.process));
        for (const job of dead) end(job.id, { kind: 'cut-off' });
        return dead.map((job) => known(job.id));
      });
    },

    requestCancel(id, by) {
      database.run(change(id).set({ cancel_requested_by: by }));
    },

    cancelRequested(id) {
      const row = database.first(build.selectFrom('jobs').select('cancel_requested_by').where('id', '=', id));
      return row?.cancel_requested_by ?? undefined;
    },
  };

  function unfinished() {
    return build.selectFrom('jobs').selectAll().where('finished_at', 'is', null);
  }

  /** A change of a job that still runs; one that has ended stays as it is. */
  function change(id: string) {
    return build
      .updateTable('jobs')
      .set({ revision: nextRevision })
      .where('id', '=', id)
      .where('finished_at', 'is', null);
  }

  function end(id: string, outcome: Outcome): void {
    database.run(change(id).set({ outcome: JSON.stringify(outcome), finished_at: clock.now().getTime() }));
  }

  function known(id: string): Job {
    return toJob(database.first(build.selectFrom('jobs').selectAll().where('id', '=', id)));
  }

  /** Whoever reports progress is alive: most jobs need no other heartbeat. */
  function beatNowAndThen(): void {
    const now = clock.now().getTime();
    if (now - lastBeat < 10_000) return;
    lastBeat = now;
    presence.beat();
  }
}

/** Jobs are never deleted, so the highest revision is never handed out again. */
const nextRevision = sql<number>`(select coalesce(max(revision), 0) + 1 from jobs)`;

/** `j-20261123T020000Z-x7k2` */
function newJobId(now: Date): string {
  const suffix = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `j-${compactTime(now)}-${suffix}`;
}

const jobRow = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  source: z.string(),
  started_by: z.string(),
  trigger: z.enum(triggers),
  due: z.string().nullable(),
  started_at: z.int(),
  finished_at: z.int().nullable(),
  backup_id: z.string().nullable(),
  progress: z.string().nullable(),
  outcome: z.string().nullable(),
  revision: z.int(),
});

function toJob(stored: JobsTable | undefined): Job {
  const row = readRow(jobRow, stored, 'a job');
  return {
    id: row.id,
    kind: row.kind,
    source: row.source,
    startedBy: row.started_by,
    trigger: row.trigger,
    ...(row.due !== null && { due: readStored(dueMomentSchema, row.due, `the schedule of job ${row.id}`) }),
    startedAt: new Date(row.started_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
    backupId: row.backup_id,
    progress: row.progress === null ? null : readStored(progressSchema, row.progress, `progress of job ${row.id}`),
    outcome: row.outcome === null ? null : readStored(outcomeSchema, row.outcome, `the outcome of job ${row.id}`),
    revision: row.revision,
  };
}

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BackupStarter } from '../../src/operations/run-due.ts';
import { startTimetable as startEvery, type TimetableOptions } from '../../src/surfaces/timetable/timetable.ts';
import { type SmallWorld, smallWorld } from '../support/small-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const hour = 60 * 60_000;
const nightly = { full: { cron: '0 2 * * *', keepDays: 30 } };

/** A tick a minute is enough here, and quicker. */
function startTimetable(world: SmallWorld, options: TimetableOptions): () => void {
  return startEvery(world, { everyMilliseconds: 60_000, ...options });
}

/** Starts a real job and ends it at once, noting when and why. */
function recorder(outcome: 'finish' | 'keep-running' = 'finish') {
  const runs: string[] = [];
  const start: BackupStarter = (world, { kind, source = 'alumni', trigger, due, principal }) => {
    const result = world.state.jobs.start({
      kind: `${kind}-backup`,
      source,
      startedBy: principal.name,
      trigger,
      ...(due && { due }),
    });
    if (result.kind === 'busy') {
      const { id, kind, startedBy, startedAt } = result.running;
      return {
        kind: 'refused',
        reason: 'already-running',
        jobId: id,
        jobKind: kind,
        source,
        startedBy,
        startedAt: startedAt.toISOString(),
      };
    }
    const cancelled = { kind: 'cancelled', reason: 'test' } as const;
    if (outcome === 'finish') world.state.jobs.finish(result.job.id, cancelled);
    const what = kind === 'full' ? source : `${kind} of ${source}`;
    runs.push(`${world.clock.now().toISOString().slice(5, 16)} ${what} ${trigger}`);
    return { kind: 'started', job: result.job, done: Promise.resolve(cancelled) };
  };
  return { runs, start };
}

test('a nightly backup runs once each night, and a new schedule owes nothing', async () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-23T12:00:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start });
  expect(runs).toEqual([]);
  await world.clock.advance(48 * hour);
  expect(runs).toEqual(['11-24T02:00 alumni schedule', '11-25T02:00 alumni schedule']);
});

test('a schema backup runs on Sundays, beside the nightly ones; one that was missed is caught up', async () => {
  const schedules = { ...nightly, schema: { cron: '0 3 * * 0', keepDays: 90 } };
  const world = smallWorld({ schedules, now: '2026-11-21T12:00:00Z' });
  const { runs, start } = recorder();
  const stop = startTimetable(world, { start });
  await world.clock.advance(48 * hour);
  stop();
  expect(runs).toEqual([
    '11-22T02:00 alumni schedule',
    '11-22T03:00 schema of alumni schedule',
    '11-23T02:00 alumni schedule',
  ]);
  world.clock.jumpTo('2026-11-30T09:00:00Z');
  startTimetable(world, { start });
  expect(runs.slice(3)).toEqual(['11-30T09:00 alumni catch-up', '11-30T09:00 schema of alumni catch-up']);
});

test('every source runs by the schedule', async () => {
  const world = smallWorld({ schedules: nightly, sources: ['alumni', 'events'] });
  const { runs, start } = recorder();
  startTimetable(world, { start });
  await world.clock.advance(3 * hour);
  expect(runs).toEqual(['11-23T02:00 alumni schedule', '11-23T02:00 events schedule']);
});

test('three nights missed while the bot was down are caught up once at start, and said', async () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-20T12:00:00Z' });
  const { runs, start } = recorder();
  const told: [number, boolean][] = [];
  const onRun = (run: { missed: number; late: boolean }) => void told.push([run.missed, run.late]);
  startTimetable(world, { start, onRun })();
  world.clock.jumpTo('2026-11-23T09:00:00Z');

  startTimetable(world, { start, onRun });
  expect(runs).toEqual(['11-23T09:00 alumni catch-up']);
  expect(told).toEqual([[3, true]]);
  expect(world.state.jobs.list({})).toMatchObject([
    { trigger: 'catch-up', due: { moment: new Date('2026-11-23T02:00:00Z'), missed: 3 } },
  ]);
  expect(world.state.audit.list()).toMatchObject([
    {
      action: 'schedule.caught-up',
      actor: 'tidemark',
      source: 'alumni',
      detail: { moment: '2026-11-23T02:00:00.000Z', missed: 3 },
    },
  ]);
  await world.clock.advance(24 * hour);
  expect(runs).toEqual(['11-23T09:00 alumni catch-up', '11-24T02:00 alumni schedule']);
});

test('a start within five minutes of the moment is no catch-up', () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-23T01:59:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start })();
  world.clock.jumpTo('2026-11-23T02:04:00Z');
  startTimetable(world, { start });
  expect(runs).toEqual(['11-23T02:04 alumni schedule']);
});

test.each([
  ['2026-03-07T12:00:00Z', ['03-08T07:00 alumni schedule', '03-09T06:00 alumni schedule']],
  ['2026-10-31T12:00:00Z', ['11-01T07:00 alumni schedule', '11-02T07:00 alumni schedule']],
])('at 2 AM in New York it runs once a night when the clocks change: %s', async (now, expected) => {
  const world = smallWorld({ schedules: { full: { ...nightly.full, zone: 'America/New_York' } }, now });
  const { runs, start } = recorder();
  startTimetable(world, { start });
  await world.clock.advance(48 * hour);
  expect(runs).toEqual(expected);
});

test('restarts around the moment do not repeat it', async () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-23T01:59:50Z' });
  const { runs, start } = recorder();
  for (let restart = 0; restart < 10; restart += 1) {
    const stop = startTimetable(world, { start, everyMilliseconds: 3_000 });
    await world.clock.advance(7_000);
    stop();
  }
  expect(runs).toHaveLength(1);
});

test('a bot that died between starting the job and noting it neither repeats nor loses the night', async () => {
  const statePath = join(temporaryDirectory(), 'state.db');
  const { runs, start } = recorder();
  const before = smallWorld({ schedules: nightly, statePath, now: '2026-11-23T01:59:00Z' });
  startTimetable(before, { start })();
  before.clock.jumpTo('2026-11-23T02:00:10Z');
  const dies: BackupStarter = (world, request) => {
    start(world, request);
    throw new Error('killed');
  };
  startTimetable(before, { start: dies })();
  expect(runs).toHaveLength(1);

  const after = smallWorld({ schedules: nightly, statePath, now: '2026-11-23T02:01:00Z' });
  startTimetable(after, { start });
  expect(runs).toHaveLength(1);
  await after.clock.advance(24 * hour);
  expect(runs).toEqual(['11-23T02:00 alumni schedule', '11-24T02:00 alumni schedule']);
});

test('a bot that died before the job was stored starts it after all', () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-23T01:59:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start })();
  world.clock.jumpTo('2026-11-23T02:00:10Z');
  startTimetable(world, {
    start: () => {
      throw new Error('killed');
    },
  })();
  startTimetable(world, { start });
  expect(runs).toEqual(['11-23T02:00 alumni schedule']);
});

test('a source that cannot be started does not keep the others waiting', async () => {
  const world = smallWorld({ schedules: nightly, sources: ['alumni', 'events'] });
  const { runs, start } = recorder();
  startTimetable(world, {
    start: (given, request) => {
      if (request.source === 'alumni') throw new Error('no');
      return start(given, request);
    },
  });
  await world.clock.advance(2 * hour + 60_000);
  expect(runs).toEqual(['11-23T02:00 events schedule']);
  expect(world.logged[0]).toMatchObject({ level: 'error', fields: { source: 'alumni' } });
});

test('a backup that is due while another runs is refused once, in the audit log, and not tried again', async () => {
  const world = smallWorld({ schedules: nightly });
  const { runs, start } = recorder('keep-running');
  startTimetable(world, { start });
  await world.clock.advance(36 * hour);
  expect(runs).toHaveLength(1);
  expect(world.state.audit.list()).toMatchObject([
    { action: 'schedule.refused', source: 'alumni', detail: { reason: 'already-running' } },
  ]);
});

test('a schedule that changed while the bot was down owes nothing that it did not promise', async () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-23T12:00:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start })();
  world.clock.jumpTo('2026-11-23T20:00:00Z');
  const changed: SmallWorld = { ...world, schedules: { full: { cron: '*/5 * * * *', keepDays: 30 } } };
  startTimetable(changed, { start })();
  expect(runs).toEqual([]);

  const again: SmallWorld = { ...world, schedules: { full: { cron: '0 21 * * *', keepDays: 30 } } };
  startTimetable(again, { start });
  await world.clock.advance(2 * hour);
  expect(runs).toEqual(['11-23T21:00 alumni schedule']);
});

test('what the old schedule promised and nobody kept is owed once under the new one', () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-20T12:00:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start })();
  world.clock.jumpTo('2026-11-23T12:00:00Z');
  startTimetable({ ...world, schedules: { full: { cron: '*/5 * * * *', keepDays: 30 } } }, { start });
  expect(runs).toEqual(['11-23T12:00 alumni catch-up']);
});

test('a schedule that was taken away and given back begins anew', () => {
  const world = smallWorld({ schedules: nightly, now: '2026-11-20T12:00:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start })();
  startTimetable({ ...world, schedules: {} }, { start })();
  expect(world.state.due.list()).toEqual([]);
  world.clock.jumpTo('2026-11-23T12:00:00Z');
  startTimetable(world, { start });
  expect(runs).toEqual([]);
});

test('a clock that was a year ahead does not silence the schedule', async () => {
  const world = smallWorld({ schedules: nightly, now: '2027-11-23T12:00:00Z' });
  const { runs, start } = recorder();
  startTimetable(world, { start });
  world.clock.jumpTo('2026-11-23T12:00:00Z');
  startTimetable(world, { start })();
  world.clock.jumpTo('2026-11-24T02:00:10Z');
  startTimetable(world, { start });
  expect(runs).toEqual(['11-24T02:00 alumni schedule']);
});

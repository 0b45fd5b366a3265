import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { memoryState, openState } from '../../../src/adapters/state/open-state.ts';
import type { Progress } from '../../../src/domain/job.ts';
import type { NewJob } from '../../../src/ports/state.ts';
import { failureOf } from '../../support/failure-of.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { twoProcesses } from '../../support/played-processes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const full: NewJob = { kind: 'full-backup', source: 'alumni', startedBy: 'asha', trigger: 'request' };
const backupId = '20261123T020000Z-full-alumni-x7k2';
const halfway: Progress = {
  step: 'dumping',
  doneBytes: 50,
  totalBytes: 100,
  storedBytes: 20,
  doneParts: 1,
  totalParts: 2,
};

function started(result: ReturnType<ReturnType<typeof memoryState>['jobs']['start']>) {
  if (result.kind !== 'started') throw new Error('The job did not start.');
  return result.job;
}

test('a second job of one kind and source is busy with the first', () => {
  const { jobs } = memoryState();
  const first = started(jobs.start(full));
  expect(jobs.start({ ...full, startedBy: 'ravi' })).toEqual({ kind: 'busy', running: first });
});

test('another kind, or another source, starts beside it', () => {
  const { jobs } = memoryState();
  jobs.start(full);
  expect(jobs.start({ ...full, kind: 'verification' }).kind).toBe('started');
  expect(jobs.start({ ...full, source: 'events' }).kind).toBe('started');
  expect(jobs.running().map((job) => [job.kind, job.source])).toEqual([
    ['full-backup', 'alumni'],
    ['verification', 'alumni'],
    ['full-backup', 'events'],
  ]);
  expect(jobs.running('events')).toHaveLength(1);
});

test('a job is named after its moment and begins with nothing known', () => {
  const { jobs } = memoryState({ clock: manualClock('2026-11-23T02:00:00.250Z') });
  const job = started(jobs.start(full));
  expect(job.id).toMatch(/^j-20261123T020000Z-[a-z0-9]{4}$/);
  expect(job).toMatchObject({ finishedAt: null, backupId: null, progress: null, outcome: null, startedBy: 'asha' });
  expect(jobs.get(job.id)).toEqual(job);
  expect(jobs.get('j-none')).toBeUndefined();
});

test('ends once: a second end and later reports change nothing', () => {
  const { jobs } = memoryState();
  const { id } = started(jobs.start(full));
  jobs.finish(id, { kind: 'succeeded', backupId });
  const finished = jobs.get(id);
  jobs.finish(id, { kind: 'cancelled', reason: 'too late' });
  jobs.report(id, { progress: halfway });
  jobs.requestCancel(id, 'ravi');
  expect(jobs.get(id)).toEqual(finished);
  expect(jobs.cancelRequested(id)).toBeUndefined();
  expect(jobs.start(full).kind).toBe('started');
});

test('every change raises the revision, so a renderer that asks for newer ones misses none and repeats none', () => {
  const { jobs } = memoryState();
  const one = started(jobs.start(full));
  const two = started(jobs.start({ ...full, source: 'events' }));
  jobs.report(one.id, { progress: halfway, backupId });
  expect(jobs.changedSince(0).map((job) => job.id)).toEqual([two.id, one.id]);

  const seen = jobs.changedSince(0).at(-1)?.revision ?? 0;
  expect(jobs.changedSince(seen)).toEqual([]);
  jobs.finish(two.id, { kind: 'cancelled', reason: 'asked' });
  jobs.report(one.id, { progress: { ...halfway, note: 'DDL waits' } });
  expect(jobs.changedSince(seen).map((job) => job.id)).toEqual([two.id, one.id]);
  expect(jobs.get(one.id)).toMatchObject({ backupId, progress: { note: 'DDL waits' } });
});

test('lists the newest first, by source and kind, up to a limit', async () => {
  const clock = manualClock('2026-11-23T02:00:00Z');
  const { jobs } = memoryState({ clock });
  const ids: string[] = [];
  for (const source of ['alumni', 'events', 'alumni']) {
    const { id } = started(jobs.start({ ...full, source }));
    jobs.finish(id, { kind: 'cancelled', reason: 'test' });
    ids.unshift(id);
    await clock.advance(1000);
  }
  expect(jobs.list({}).map((job) => job.id)).toEqual(ids);
  expect(jobs.list({ source: 'alumni', limit: 1 }).map((job) => job.id)).toEqual([ids[0]]);
  expect(jobs.list({ kind: 'verification' })).toEqual([]);
});

test('a wish to cancel reaches the runner in another process', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { bot, cli } = twoProcesses(path);
  const { id } = started(bot.jobs.start(full));
  expect(bot.jobs.cancelRequested(id)).toBeUndefined();
  cli.jobs.requestCancel(id, 'ravi');
  expect(bot.jobs.cancelRequested(id)).toBe('ravi');
});

test('a job of a dead process is cut off when another starts in its place', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { bot, cli, kill } = twoProcesses(path);
  const { id } = started(bot.jobs.start(full));
  expect(cli.jobs.start(full).kind).toBe('busy');
  kill('bot');
  expect(cli.jobs.start(full).kind).toBe('started');
  expect(cli.jobs.get(id)?.outcome).toEqual({ kind: 'cut-off' });
});

test('jobs of dead processes are marked once, those of the living are left', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { bot, cli, kill } = twoProcesses(path);
  const dead = started(bot.jobs.start(full));
  const living = started(cli.jobs.start({ ...full, source: 'events' }));
  expect(cli.jobs.markCutOff()).toEqual([]);
  kill('bot');
  expect(cli.jobs.markCutOff().map((job) => [job.id, job.outcome])).toEqual([[dead.id, { kind: 'cut-off' }]]);
  expect(cli.jobs.markCutOff()).toEqual([]);
  expect(cli.jobs.running().map((job) => job.id)).toEqual([living.id]);
});

test('progress that another hand wrote into the database is refused, not believed', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const { jobs } = openState({ path });
  const { id } = started(jobs.start(full));
  const raw = new DatabaseSync(path);
  raw.prepare('UPDATE jobs SET progress = ?').run('{"step":"dancing"}');
  raw.close();
  const failure = await failureOf(() => jobs.get(id));
  expect(failure.code).toBe('state-unavailable');
  expect(failure.message).toContain('step');
});

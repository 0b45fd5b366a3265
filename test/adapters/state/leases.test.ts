import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { memoryState, openState } from '../../../src/adapters/state/open-state.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { playedProcess, twoProcesses } from '../../support/played-processes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('a lease that a living process holds is not given away, and names its holder', () => {
  const clock = manualClock('2026-11-23T02:00:00Z');
  const { bot, cli } = twoProcesses(join(temporaryDirectory(), 'state.db'), clock);
  expect(bot.leases.take('bot')).toEqual({ kind: 'taken' });
  expect(cli.leases.take('bot')).toEqual({ kind: 'held', pid: 101, since: new Date('2026-11-23T02:00:00Z') });
  expect(cli.leases.holder('bot')).toEqual({ pid: 101, since: new Date('2026-11-23T02:00:00Z') });
});

test('only its holder can release it', () => {
  const { bot, cli } = twoProcesses(join(temporaryDirectory(), 'state.db'));
  bot.leases.take('bot');
  cli.leases.release('bot');
  expect(cli.leases.take('bot').kind).toBe('held');
  bot.leases.release('bot');
  expect(cli.leases.take('bot').kind).toBe('taken');
});

test('a lease of a dead process has no holder and is free to take', () => {
  const { bot, cli, kill } = twoProcesses(join(temporaryDirectory(), 'state.db'));
  bot.leases.take('bot');
  kill('bot');
  expect(cli.leases.holder('bot')).toBeUndefined();
  expect(cli.leases.take('bot')).toEqual({ kind: 'taken' });
  expect(cli.leases.holder('bot')?.pid).toBe(202);
});

test('taking it twice keeps the time since when it is held', async () => {
  const clock = manualClock('2026-11-23T02:00:00Z');
  const { leases } = memoryState({ clock });
  leases.take('bot');
  await clock.advance(5000);
  expect(leases.take('bot')).toEqual({ kind: 'taken' });
  expect(leases.holder('bot')?.since).toEqual(new Date('2026-11-23T02:00:00Z'));
});

test('a process of another host lives as long as it beats, and a minute longer', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const clock = manualClock('2026-11-23T02:00:00Z');
  const far = openState({ path, clock, processes: playedProcess({ host: 'far away' }) });
  const near = openState({ path, clock, processes: playedProcess({ host: 'here' }) });
  far.leases.take('bot');
  await clock.advance(50_000);
  far.leases.beat();
  await clock.advance(59_000);
  expect(near.leases.take('bot').kind).toBe('held');
  await clock.advance(1_000);
  expect(near.leases.take('bot').kind).toBe('taken');
});

test('a process that reports progress needs no other heartbeat', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const clock = manualClock('2026-11-23T02:00:00Z');
  const far = openState({ path, clock, processes: playedProcess({ host: 'far away' }) });
  const near = openState({ path, clock, processes: playedProcess({ host: 'here' }) });
  const job = far.jobs.start({ kind: 'full-backup', source: 'alumni', startedBy: 'asha', trigger: 'request' });
  if (job.kind !== 'started') throw new Error('It did not start.');
  await clock.advance(59_000);
  far.jobs.report(job.job.id, {});
  await clock.advance(59_000);
  expect(near.jobs.markCutOff()).toEqual([]);
});

test('what a real process held is free once it was killed with -9', async () => {
  const path = join(temporaryDirectory(), 'state.db');
  const child = spawn(process.execPath, ['test/support/hold-state.ts', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('taken started\n');
  const state = openState({ path });
  expect(state.leases.take('bot')).toMatchObject({ kind: 'held', pid: child.pid });
  expect(state.jobs.markCutOff()).toEqual([]);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(state.leases.take('bot')).toEqual({ kind: 'taken' });
  expect(state.jobs.markCutOff()).toMatchObject([{ startedBy: 'child', outcome: { kind: 'cut-off' } }]);
});

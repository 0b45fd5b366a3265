import { expect, test } from 'vitest';
import type { JobKind } from '../../src/domain/job.ts';
import { awaitTurn } from '../../src/operations/await-turn.ts';
import { type SmallWorld, smallWorld } from '../support/small-world.ts';

const { signal } = new AbortController();

function start({ state }: SmallWorld, kind: JobKind) {
  const started = state.jobs.start({ kind, source: 'alumni', startedBy: 'asha', trigger: 'request' });
  if (started.kind === 'busy') throw new Error('one runs already');
  return started.job;
}

test('a backup waits for the one before it, says so, and goes when that has ended', async () => {
  const world = smallWorld();
  const schema = start(world, 'schema-backup');
  await world.clock.advance(1);
  const full = start(world, 'full-backup');
  const said: string[] = [];
  const turn = awaitTurn(world, full, {
    signal,
    onWaiting: (why) => {
      said.push(why);
      world.state.jobs.finish(schema.id, { kind: 'cancelled', reason: 'test' });
    },
  });
  await turn;
  expect(said).toEqual(['waiting for the schema backup that runs']);
});

test('a structure that does not end is not waited for without end: the full backup fails, and somebody hears of it', async () => {
  const world = smallWorld();
  start(world, 'schema-backup');
  await world.clock.advance(1);
  const full = start(world, 'full-backup');
  await world.clock.advance(31 * 60_000);
  await expect(awaitTurn(world, full, { signal, onWaiting: () => {} })).rejects.toMatchObject({
    code: 'lock-timeout',
    hint: expect.stringContaining('Cancel it'),
  });
});

test('a full backup is waited for as long as it takes, until somebody cancels', async () => {
  const world = smallWorld();
  start(world, 'full-backup');
  await world.clock.advance(1);
  const schema = start(world, 'schema-backup');
  await world.clock.advance(5 * 60 * 60_000);
  const stop = new AbortController();
  const turn = awaitTurn(world, schema, { signal: stop.signal, onWaiting: () => stop.abort() });
  await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
});

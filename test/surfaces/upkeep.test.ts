import { expect, test } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { storageUses } from '../../src/operations/measure-storage.ts';
import type { Pruner } from '../../src/operations/prune-due.ts';
import { startUpkeep } from '../../src/surfaces/timetable/upkeep.ts';
import { smallWorld } from '../support/small-world.ts';

const hour = 3_600_000;

test('stopping waits for the pruning that is under way, which hears of it', async () => {
  const world = smallWorld({ now: '2026-11-23T12:00:00Z' });
  const stopping = new AbortController();
  const events: string[] = [];
  const prune: Pruner = (_, { signal, source = '' }) =>
    new Promise((resolve) => {
      events.push(`begins on ${source}`);
      signal?.addEventListener('abort', () => {
        events.push('hears');
        setTimeout(() => resolve({ kind: 'refused', reason: 'source-unclear', known: [] }), 20);
      });
    });
  const stop = startUpkeep(world, { prune, signal: stopping.signal });
  await world.clock.advance(24 * hour);
  expect(events).toEqual(['begins on alumni']);
  stopping.abort();
  await stop();
  expect(events).toEqual(['begins on alumni', 'hears']);
  expect(world.logged).toHaveLength(1);
});

test('how much is free is measured at once and every hour; what is away is not known', async () => {
  let free: number | undefined = 5_000;
  const primary = Object.assign(memoryRepository(), {
    freeBytes: async () => {
      if (free === undefined) throw new Error('not mounted');
      return free;
    },
  });
  const world = smallWorld({ repositories: { primary, copies: [] } });
  startUpkeep(world);
  const known = () => storageUses(world, world.clock.now())[0]?.freeBytes;
  await expect.poll(known).toBe(5_000);
  free = 4_000;
  await world.clock.advance(hour);
  expect(known()).toBe(4_000);
  free = undefined;
  await world.clock.advance(hour);
  expect(known()).toBeNull();
});

test('stopping waits for a measurement that is going, for the state closes then', async () => {
  let answer: (bytes: number) => void = () => undefined;
  const primary = Object.assign(memoryRepository(), {
    freeBytes: () => new Promise<number>((resolve) => (answer = resolve)),
  });
  const world = smallWorld({ repositories: { primary, copies: [] } });
  const events: string[] = [];
  const stopped = startUpkeep(world)().then(() => events.push('stopped'));
  await new Promise((resolve) => setImmediate(resolve));
  events.push('measured');
  answer(5_000);
  await stopped;
  expect(events).toEqual(['measured', 'stopped']);
  expect(storageUses(world, world.clock.now())[0]?.freeBytes).toBe(5_000);
});

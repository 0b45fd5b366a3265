import { expect, test } from 'vitest';
import { type Pruner, pruneDue } from '../../src/operations/prune-due.ts';
import { smallWorld } from '../support/small-world.ts';

function recorder(fails = false) {
  const runs: string[] = [];
  const start: Pruner = async (world, { source, principal }) => {
    runs.push(`${world.clock.now().toISOString().slice(5, 16)} ${source} by ${principal.name}`);
    if (fails) throw new Error('the disk is gone');
    return { kind: 'refused', reason: 'source-unclear', known: [] };
  };
  return { runs, start };
}

test('every source is pruned once a day, and not at the first sight', async () => {
  const world = smallWorld({ sources: ['alumni', 'billing'], now: '2026-11-23T12:00:00Z' });
  const { runs, start } = recorder();
  for (let hour = 0; hour < 48; hour += 1) {
    await Promise.all(pruneDue(world, world.clock.now(), { start }));
    await world.clock.advance(3_600_000);
  }
  expect(runs).toEqual([
    '11-24T05:00 alumni by tidemark',
    '11-24T05:00 billing by tidemark',
    '11-25T05:00 alumni by tidemark',
    '11-25T05:00 billing by tidemark',
  ]);
});

test('one that fails is logged and tried the next day; days of downtime are made up for once', async () => {
  const world = smallWorld({ now: '2026-11-23T12:00:00Z' });
  const { runs, start } = recorder(true);
  pruneDue(world, world.clock.now(), { start });
  world.clock.jumpTo('2026-11-27T06:00:00Z');
  await Promise.all(pruneDue(world, world.clock.now(), { start }));
  await Promise.all(pruneDue(world, world.clock.now(), { start }));
  expect(runs).toHaveLength(1);
  expect(world.logged.map(({ message }) => message)).toEqual(['Pruning failed; trying again tomorrow.']);
  world.clock.jumpTo('2026-11-28T04:31:00Z');
  await Promise.all(pruneDue(world, world.clock.now(), { start }));
  expect(runs).toHaveLength(2);
});

test('a clock that was wrong for a while does not silence it', async () => {
  const world = smallWorld({ now: '2036-01-01T00:00:00Z' });
  const { runs, start } = recorder();
  pruneDue(world, world.clock.now(), { start });
  world.clock.jumpTo('2026-11-23T12:00:00Z');
  pruneDue(world, world.clock.now(), { start });
  world.clock.jumpTo('2026-11-24T04:30:00Z');
  await Promise.all(pruneDue(world, world.clock.now(), { start }));
  expect(runs).toHaveLength(1);
});

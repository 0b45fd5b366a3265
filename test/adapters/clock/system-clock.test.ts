import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';

test('runs again and again, never twice at once, until it is stopped', async () => {
  let runs = 0;
  let atOnce = 0;
  let most = 0;
  const stop = systemClock().every(1, async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await pause(5);
    atOnce -= 1;
    runs += 1;
  });
  while (runs < 3) await pause(1);
  await stop();
  const runsWhenStopped = runs;
  expect(atOnce).toBe(0);
  await pause(20);
  expect(most).toBe(1);
  expect(runs).toBe(runsWhenStopped);
});

test('has stopped when the run that was going has ended, the one at once too', async () => {
  const ended: string[] = [];
  const stop = systemClock().every(
    60_000,
    async () => {
      await pause(20);
      ended.push('run');
    },
    { atOnce: true },
  );
  await stop();
  expect(ended).toEqual(['run']);
});

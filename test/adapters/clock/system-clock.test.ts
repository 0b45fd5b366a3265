import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';

test('runs again and again, never twice at once, until it is stopped', async () => {
  let runs = 0;
  let atOnce = 0;
  let most = 0;
  const stop = systemClock().every(1, async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce -= 1;
    runs += 1;
  });
  while (runs < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const runsWhenStopped = runs;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(most).toBe(1);
  expect(runs).toBe(runsWhenStopped);
});

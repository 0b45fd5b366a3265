import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inParallel } from '../../src/operations/in-parallel.ts';

const signal = new AbortController().signal;

it('does no more at a time than it may, and all of it', async () => {
  let [now, most] = [0, 0];
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5], { parallel: 2, signal }, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await pause(1);
    now -= 1;
    done.push(item);
  });
  expect(most).toBe(2);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
});

it('aborts the others with the first that fails, and waits until they have ended', async () => {
  const ended: number[] = [];
  const work = inParallel([1, 2, 3], { parallel: 2, signal }, async (item, stopped) => {
    if (item === 1) throw new Error('first');
    await new Promise<void>((resolve) => stopped.addEventListener('abort', () => setTimeout(resolve, 5)));
    ended.push(item);
  });
  await expect(work).rejects.toThrow('first');
  expect(ended).toEqual([2]);
});

it('does nothing once it is told to stop', async () => {
  const work = inParallel([1], { parallel: 1, signal: AbortSignal.abort(new Error('no')) }, async () => {
    throw new Error('was done');
  });
  await expect(work).rejects.toThrow('no');
});

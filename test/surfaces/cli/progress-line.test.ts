import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/domain/job.ts';
import type { Pace } from '../../../src/domain/rate.ts';
import { renderProgress } from '../../../src/surfaces/cli/progress-line.ts';

const mebibyte = 1 << 20;
const progress: Progress = {
  step: 'dumping',
  doneBytes: 450 * mebibyte,
  totalBytes: 1000 * mebibyte,
  storedBytes: 100 * mebibyte,
  doneParts: 4,
  totalParts: 9,
};
const pace: Pace = { fraction: 0.45, bytesPerSecond: 25 * mebibyte, secondsLeft: 22 };

describe('the progress line', () => {
  it('says everything where there is room', () => {
    expect(renderProgress(progress, pace, 100)).toBe(
      'dumping    ▕█████████████▌                ▏   45%  450 MiB of 1000 MiB  25 MiB/s  22 s left',
    );
  });

  it('fits every terminal, and says less in a narrower one, the time left last', () => {
    const said = (columns: number) => {
      const line = renderProgress(progress, pace, columns);
      expect(line.length, `at ${columns} columns`).toBeLessThan(columns);
      return ['450 MiB of', '25 MiB/s', '22 s left', '45%'].filter((field) => line.includes(field));
    };
    expect(said(72)).toEqual(['450 MiB of', '25 MiB/s', '22 s left', '45%']);
    expect(said(60)).toEqual(['25 MiB/s', '22 s left', '45%']);
    expect(said(44)).toEqual(['22 s left', '45%']);
    expect(said(30)).toEqual(['45%']);
    for (let columns = 10; columns < 200; columns += 1) said(columns);
  });

  it('has no bar while nobody knows how much there is', () => {
    const preparing: Progress = { ...progress, step: 'preparing', doneBytes: 0, totalBytes: 0 };
    expect(renderProgress(preparing, {}, 80)).toBe('preparing');
  });

  it('forgets a total that turned out wrong', () => {
    expect(renderProgress(progress, { bytesPerSecond: 25 * mebibyte }, 80)).toBe('dumping     450 MiB  25 MiB/s');
  });

  it.each([
    [0, '▕                              ▏'],
    [1, '▕██████████████████████████████▏'],
  ])('at the fraction %d is empty or full', (fraction, bar) => {
    expect(renderProgress(progress, { fraction }, 120)).toContain(bar);
  });
});

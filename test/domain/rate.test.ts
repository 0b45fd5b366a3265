import { describe, expect, it } from 'vitest';
import { keepSample, measurePace, rateWindowMilliseconds, type Sample } from '../../src/domain/rate.ts';

const at = (seconds: number, doneBytes: number): Sample => ({ at: new Date(seconds * 1000), doneBytes });

describe('pace', () => {
  it.each<[string, Sample[], number, ReturnType<typeof measurePace>]>([
    ['nothing is known before the first sample', [], 100, {}],
    ['one sample has a fraction and no rate', [at(0, 25)], 100, { fraction: 0.25 }],
    ['two samples have both', [at(0, 0), at(2, 50)], 100, { fraction: 0.5, bytesPerSecond: 25, secondsLeft: 2 }],
    [
      'a stall has a rate of nothing and no time left',
      [at(0, 50), at(9, 50)],
      100,
      { fraction: 0.5, bytesPerSecond: 0 },
    ],
    ['without a total there is only a rate', [at(0, 0), at(1, 7)], 0, { bytesPerSecond: 7 }],
    ['a little more done than estimated is whole', [at(0, 0), at(1, 104)], 100, { fraction: 1, bytesPerSecond: 104 }],
    ['an estimate that was plainly passed is forgotten', [at(0, 0), at(1, 120)], 100, { bytesPerSecond: 120 }],
    ['two samples of one moment have no rate', [at(1, 0), at(1, 10)], 100, { fraction: 0.1 }],
  ])('%s', (_, samples, total, expected) => {
    expect(measurePace(samples, total)).toEqual(expected);
  });
});

describe('kept samples', () => {
  it('drop what left the window but keep its edge, so that a slow reporter still has a rate', () => {
    const window = rateWindowMilliseconds / 1000;
    const kept = [at(0, 0), at(1, 1), at(2, 2)].reduce(keepSample, [] as Sample[]);
    expect(keepSample(kept, at(window + 1.5, 9))).toEqual([at(1, 1), at(2, 2), at(window + 1.5, 9)]);
    expect(keepSample(kept, at(window * 9, 9))).toEqual([at(2, 2), at(window * 9, 9)]);
  });

  it('start anew when the count starts anew', () => {
    expect(keepSample([at(0, 0), at(1, 90)], at(2, 3))).toEqual([at(2, 3)]);
  });
});

import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { classes } from './classes.ts';
import { report } from './report.ts';
import { type CaseResult, runCases } from './run-cases.ts';
import { openWorkshop } from './workshop.ts';

/** Another one each time, so that many runs come to try much; `npm run torture` tries all of it. */
const seed = Number(process.env.TIDEMARK_TORTURE_SEED ?? randomInt(2 ** 31));

it(`whatever breaks, nothing false is listed, nothing good is lost, and the next run succeeds: a case of each class, seed ${seed}`, async () => {
  const workshop = await openWorkshop();
  const results: CaseResult[] = [];
  try {
    const plan = { seed, classes, most: classes.length, quickly: true };
    await runCases(plan, workshop, {
      signal: new AbortController().signal,
      onDone: (result) => void results.push(result),
    });
  } finally {
    await workshop.close();
  }
  const told = report(results, { seed, seconds: 0 });
  expect(
    results.filter(({ wrong }) => wrong.length > 0),
    told,
  ).toEqual([]);
  expect(new Set(results.map(({ className }) => className)).size, told).toBe(classes.length);
}, 600_000);

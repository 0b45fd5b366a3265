/**
 * Breaks whatever can break while the bot works, hundreds of times, and looks each time that nothing false is listed, nothing good is lost,
 * nothing is orphaned and the next run succeeds. `npm run torture -- --help` tells the options.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { classes } from './classes.ts';
import { describe, report } from './report.ts';
import { type CaseResult, runCases } from './run-cases.ts';
import { openWorkshop } from './workshop.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    cases: { type: 'string' },
    only: { type: 'string' },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run torture -- [--seed N] [--cases N] [--only CLASS] [--case ID]

  --seed N      what chance makes of it; another one each time where it is left out
  --cases N     so many of them, of every class some
  --only CLASS  one of ${classes.map(({ name }) => name).join(', ')}
  --case ID     a single one, as the report names it`);
  process.exit(0);
}
const only = values.only ?? values.case?.split('/')[0];
const chosen = classes.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0) {
  console.error(`torture: no class "${only}"; there are ${classes.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const workshop = await openWorkshop();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    interrupted.abort();
    console.error('\ntorture: ending everything that was started …');
    await workshop.close();
    console.log(`\n${told()}`);
    process.exit(130);
  });
}

console.log(`Seed ${seed}.`);
const startedAt = performance.now();
const done: CaseResult[] = [];
const told = () => {
  const inOrder = chosen.flatMap(({ name }) => done.filter(({ className }) => className === name));
  return report(inOrder, { seed, seconds: (performance.now() - startedAt) / 1000 });
};
try {
  const plan = {
    seed,
    classes: chosen,
    ...(values.cases !== undefined && { most: Number(values.cases) }),
    ...(values.case !== undefined && { only: values.case }),
  };
  await runCases(plan, workshop, {
    signal: interrupted.signal,
    onDone(result, all) {
      done.push(result);
      const time = `${result.seconds.toFixed(1)} s`;
      if (result.wrong.length === 0) console.log(`${done.length}/${all} ${result.id}: ${result.ended}, ${time}`);
      else console.log(`${done.length}/${all} ${describe(result, seed)}`);
    },
  });
} finally {
  if (!interrupted.signal.aborted) await workshop.close();
}
if (!interrupted.signal.aborted) {
  console.log(`\n${told()}`);
  if (done.length === 0) console.error('torture: there is no such case.');
  process.exit(done.length > 0 && done.every(({ wrong }) => wrong.length === 0) ? 0 : 1);
}

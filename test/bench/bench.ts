import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAcknowledgement } from './acknowledgement.ts';
import { benchBackup } from './backup.ts';
import { benchBucket } from './bucket.ts';
import { type Figure, figureTable } from './figures.ts';
import { benchRecovery } from './recovery.ts';
import { benchRestore } from './restore.ts';

/**
 * Measures Tidemark beside what people do without it, in turn, in one run: the machine is noisy, so ratios of medians are what counts.
 *
 *     npm run bench -- --megabytes 400 --rounds 1 --only restore
 *
 * `--no-script` leaves out the customer's script, which takes most of the time of `backup`.
 */
export interface BenchOptions {
  readonly megabytes: number;
  readonly rounds: number;
  readonly script: boolean;
  /** For this part of the bench alone; removed afterwards. */
  readonly folder: string;
}

const parts: Record<string, (options: BenchOptions) => Promise<Figure[]>> = {
  backup: benchBackup,
  bucket: benchBucket,
  acknowledgement: benchAcknowledgement,
  restore: (options) => benchRestore(options, 'mysql'),
  recovery: benchRecovery,
  'restore-mariadb': (options) => benchRestore(options, 'mariadb'),
};

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    script: { type: 'boolean', default: true },
    only: { type: 'string', multiple: true, default: Object.keys(parts) },
  },
  allowNegative: true,
});
const unknown = values.only.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, but ${Object.keys(parts).join(', ')}.`);

const figures: Figure[] = [];
for (const name of values.only) {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  try {
    const { megabytes, rounds, script } = values;
    const measured = await parts[name]?.({ megabytes: Number(megabytes), rounds: Number(rounds), script, folder });
    figures.push(...(measured ?? []));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(`\n${values.megabytes} MB, ${values.rounds} rounds in turn, ${cpus().length} processors; medians\n`);
console.log(figureTable(figures));

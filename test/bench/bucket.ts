import { makeBigTables } from '../support/big-table.ts';
import { motoCredentials, startMoto } from '../support/moto-server.ts';
import { newBucket } from '../support/s3-place.ts';
import type { BenchOptions } from './bench.ts';
import { inTurn, say } from './contenders.ts';
import type { Figure } from './figures.ts';
import { startRoomyServer } from './programs.ts';
import { backupBy } from './tidemark.ts';

const [local, bucket] = ['tidemark backup full', 'tidemark backup full into S3'];

/** A full backup into a bucket. The time is mostly moto's, which keeps everything in the memory of one Python process. */
export async function benchBucket({ megabytes, rounds, folder }: BenchOptions): Promise<Figure[]> {
  const server = await startRoomyServer('mysql');
  const moto = await startMoto();
  try {
    say(`filling ${megabytes} MB`);
    await makeBigTables(server, { megabytes });
    Object.assign(process.env, motoCredentials);
    const { settings } = await newBucket(moto.endpoint);
    const primary = { type: 's3', ...settings };
    const results = await inTurn(
      [
        await backupBy(folder, local, server),
        await backupBy(folder, bucket, server, { primary, env: motoCredentials }),
      ],
      rounds,
    );
    return [
      { what: 'backup into S3 (moto), of the time into a folder', value: results.ratio(bucket, local), unit: '' },
      { what: 'backup into S3 (moto), peak memory', value: results.peak(bucket), unit: 'MB', toReach: 300 },
    ];
  } finally {
    await moto.stop();
    await server.stop();
  }
}

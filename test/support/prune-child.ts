/** A bot that kills itself at a crash point of pruning: `prune-child.ts '{ "directory": …, "point": …, "bucket": … }'`. */
import { s3Repository } from '../../src/adapters/repository/s3-repository.ts';
import type { S3Settings } from '../../src/adapters/repository/s3-settings.ts';
import { scheduler } from '../../src/domain/principal.ts';
import { prune } from '../../src/operations/prune.ts';
import { retentionWorld } from './retention-world.ts';

export interface PruneChildOptions {
  readonly directory: string;
  readonly point: string;
  /** Instead of the local repository. */
  readonly bucket?: S3Settings;
}

const { directory, point, bucket } = JSON.parse(process.argv[2] ?? '') as PruneChildOptions;
const world = await retentionWorld(directory, {
  ...(bucket && { repositories: { primary: s3Repository(bucket), copies: [] } }),
  crashPoint: (name) => {
    if (name === point) process.kill(process.pid, 'SIGKILL');
  },
});
const answer = await prune(world, { principal: scheduler });
console.log(`came through: ${JSON.stringify(answer)}`);

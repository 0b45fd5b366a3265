/** A rollback that kills itself: `rollback-child.ts '{ "world": …, "id": …, "point": … }'`. */
import { crashAt } from '../../src/adapters/process/crash-at.ts';
import { carriedOut } from './recovery-world.ts';
import { openRollbackWorld, type RollbackWorldOptions } from './rollback-world.ts';

const { world, id, point } = JSON.parse(process.argv[2] ?? '') as {
  world: RollbackWorldOptions;
  id: string;
  /** `rollback-unit-done:2`: the second time that it comes by. */
  point: string;
};
console.log(
  `came through: ${JSON.stringify(await carriedOut(await openRollbackWorld({ ...world, crashPoint: crashAt(point) }), id))}`,
);

/** A recovery that kills itself: `recovery-child.ts '{ "world": …, "id": …, "point": …, "times": … }'`. */
import { crashAt } from '../../src/adapters/process/crash-at.ts';
import { carriedOut, openRecoveryWorld, type RecoveryWorldOptions } from './recovery-world.ts';

const { world, id, point } = JSON.parse(process.argv[2] ?? '') as {
  world: RecoveryWorldOptions;
  id: string;
  /** `recovery-step-done:2`: the second time that it comes by. */
  point: string;
};
console.log(
  `came through: ${JSON.stringify(await carriedOut(await openRecoveryWorld({ ...world, crashPoint: crashAt(point) }), id))}`,
);

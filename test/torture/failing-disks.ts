import type { TortureCase, TortureClass } from './case.ts';
import type { FailingDisk } from './children/failing-disk.ts';
import { diceFor } from './dice.ts';
import { disturbedRun } from './disturbed-run.ts';
import type { Ground } from './ground.ts';
import { withDisk, withState } from './trouble.ts';

/** Every n-th write, sync, rename and removal below the repository fails: that one, or all from then on. */
export const failingDisks = diskClass('failing-disks', 1, ['ENOSPC', 'EIO', 'EROFS']);

/** The process dies right before every other of them, or the power goes: what was not synced by then is lost, names or contents. */
export const powerCuts = diskClass('power-cuts', 0.5, ['death', 'names lost', 'contents lost']);

/** Every n-th write into the state database fails, as on a full disk: that one, or all from then on. */
export const failingState: TortureClass = {
  name: 'failing-state',
  async cases(ground) {
    const { stateWrites } = await ground.measures('local');
    return Array.from({ length: stateWrites }, (_, index) => index + 1)
      .filter((at) => isFor(ground, at))
      .map(
        (at): TortureCase => ({
          id: `failing-state/${ground.flavour}/local/write-${at}`,
          run(ground, dice) {
            const fault = { at, lasting: dice.chance() < 0.5 };
            return disturbedRun(ground, dice, {
              store: 'local',
              command: 'backup',
              meets: (place) => ({ env: withState(place, fault).env }),
              met: (place) => withState(place, fault).count() >= at,
              stateIsGone: true,
            });
          },
        }),
      );
  },
};

function diskClass(
  name: string,
  share: number,
  troubles: readonly [FailingDisk['meets'], ...FailingDisk['meets'][]],
): TortureClass {
  return {
    name,
    async cases(ground, seed) {
      const { diskOperations } = await ground.measures('local');
      return Array.from({ length: diskOperations }, (_, index) => index + 1)
        .filter((at) => isFor(ground, at) && diceFor(seed, `${name} at ${at}`).chance() < share)
        .map(
          (at): TortureCase => ({
            id: `${name}/${ground.flavour}/local/operation-${at}`,
            run(ground, dice) {
              const fault = {
                at,
                meets: dice.pick(troubles),
                lasting: name === 'failing-disks' && dice.chance() < 0.5,
              };
              return disturbedRun(ground, dice, {
                store: 'local',
                command: 'backup',
                meets: (place) => ({ env: withDisk(place, fault).env }),
                met: (place) => withDisk(place, fault).count() >= at,
                storeIsGone: fault.lasting,
              });
            },
          }),
        );
    },
  };
}

/** A disk knows nothing of flavours: each operation is met on one of them. */
function isFor({ flavour }: Ground, at: number): boolean {
  return (at % 2 === 0) === (flavour === 'mysql');
}

import type { Failure } from '../../domain/failure.ts';
import { programFailure, type RunningProgram } from '../process/run-program.ts';

/** Sees dumps end while somebody waits for them. */
export function watchExits(dumps: readonly RunningProgram[]): { throwIfFailed(): void; endedWell(): number } {
  let well = 0;
  let failure: Failure | undefined;
  for (const dump of dumps) {
    void dump.ended.then((end) => {
      if (end.exitCode === 0) well += 1;
      else failure ??= programFailure(dump.name, end);
    });
  }
  return {
    throwIfFailed() {
      if (failure) throw failure;
    },
    endedWell: () => well,
  };
}

import { Failure } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import { type CrashPoint, crashPointNames } from '../../ports/crash-point.ts';

/** Kills this process without a word at the named point, as a power cut would; without a name it never does. Failure `usage` for a name that is none. */
export function crashAt(name: string | undefined): CrashPoint {
  if (name === undefined || name === '') return () => {};
  const wanted = crashPointNames.find((known) => known === name);
  if (wanted === undefined) {
    const meant = nearest(name, crashPointNames);
    throw new Failure(
      'usage',
      `TIDEMARK_CRASH_AT names no crash point: ${name}.${meant ? ` Did you mean ${meant}?` : ''}`,
      {
        hint: `Unset it, or use one of ${crashPointNames.join(', ')}.`,
      },
    );
  }
  return (reached) => {
    if (reached === wanted) process.kill(process.pid, 'SIGKILL');
  };
}

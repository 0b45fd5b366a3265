import { Failure } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import { type CrashPoint, crashPointNames } from '../../ports/crash-point.ts';

/**
 * Kills this process without a word at the named point, as a power cut would; without a name it never does. `name:2` means the second time that it
 * comes by. Failure `usage` for a name that is none.
 */
export function crashAt(wish: string | undefined): CrashPoint {
  if (wish === undefined || wish === '') return () => {};
  const [name = '', times = '1'] = wish.split(':');
  let left = Number(times);
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
    if (reached === wanted && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

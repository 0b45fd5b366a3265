import type { Progress } from '../../domain/job.ts';
import { formatBytes, formatDuration, formatRate } from '../../domain/measures.ts';
import type { Pace } from '../../domain/rate.ts';

/** One line that fits the terminal: what is going on, a bar, how much of how much, how fast, how long it will take. Narrow terminals lose the least telling first. */
export function renderProgress(progress: Progress, pace: Pace, columns: number): string {
  const room = Math.max(8, columns - 1);
  const step = stepWords[progress.step];
  const percent = pace.fraction === undefined ? '' : `${Math.floor(pace.fraction * 100)}%`.padStart(4);
  const amount =
    pace.fraction === undefined
      ? done(progress)
      : `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`;
  const rate = pace.bytesPerSecond === undefined || progress.doneBytes === 0 ? '' : formatRate(pace.bytesPerSecond);
  const left = pace.secondsLeft === undefined ? '' : `${formatLeft(pace.secondsLeft)} left`;

  const choices = [[percent, amount, rate, left], [percent, rate, left], [percent, left], [percent], []].map((fields) =>
    fields.filter((field) => field !== ''),
  );
  for (const fields of choices) {
    const barWidth = Math.min(30, room - step.length - 3 - fields.reduce((sum, field) => sum + field.length + 2, 0));
    if (pace.fraction === undefined || barWidth < 8) {
      const plain = [step, ...fields].join('  ').trimEnd();
      if (pace.fraction === undefined && plain.length <= room) return plain;
      continue;
    }
    return [`${step} ${bar(pace.fraction, barWidth)}`, ...fields].join('  ');
  }
  return `${step}${percent}`.slice(0, room);
}

function done({ doneBytes }: Progress): string {
  return doneBytes === 0 ? '' : formatBytes(doneBytes);
}

/** Nobody believes tenths of a second of what is to come. */
function formatLeft(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

function bar(fraction: number, width: number): string {
  const eighths = Math.round(fraction * width * 8);
  const whole = Math.floor(eighths / 8);
  const rest = whole < width ? (partial[eighths % 8] ?? '') : '';
  return `▕${('█'.repeat(whole) + rest).padEnd(width)}▏`;
}

const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const stepWords: Record<Progress['step'], string> = {
  preparing: 'preparing ',
  locking: 'locking   ',
  dumping: 'dumping   ',
  shipping: 'shipping  ',
  committing: 'committing',
  verifying: 'verifying ',
  restoring: 'restoring ',
  comparing: 'comparing ',
};

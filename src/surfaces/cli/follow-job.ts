import type { Job, Outcome } from '../../domain/job.ts';
import { formatDuration } from '../../domain/measures.ts';
import { keepSample, measurePace, type Sample } from '../../domain/rate.ts';
import type { World } from '../../operations/world.ts';
import type { Terminal } from './cli-parts.ts';
import { renderProgress } from './progress-line.ts';

const redrawMilliseconds = 200;

/** Shows a job of this process on standard error while it runs: a bar on a terminal, otherwise only what is unusual. */
export async function followJob(
  { state, clock }: Pick<World, 'state' | 'clock'>,
  { job, done }: { job: Job; done: Promise<Outcome> },
  terminal: Terminal,
): Promise<Outcome> {
  let samples: Sample[] = [];
  let said: string | undefined;
  const draw = () => {
    const progress = state.jobs.get(job.id)?.progress;
    if (!progress) return;
    const columns = terminal.errColumns();
    if (progress.note !== said) {
      said = progress.note;
      if (said !== undefined) terminal.err(`${columns === undefined ? '' : clearLine}${said}\n`);
    }
    if (columns === undefined) return;
    samples = keepSample(samples, { at: clock.now(), doneBytes: progress.doneBytes });
    const line = renderProgress(progress, measurePace(samples, progress.totalBytes), columns);
    terminal.err(`${clearLine}${line}`);
  };
  const timer = setInterval(draw, redrawMilliseconds);
  try {
    const outcome = await done;
    if (terminal.errColumns() !== undefined) {
      const ended = state.jobs.get(job.id);
      const milliseconds = (ended?.finishedAt ?? clock.now()).getTime() - job.startedAt.getTime();
      terminal.err(`${clearLine}${endWords[outcome.kind]} ${formatDuration(milliseconds)}\n`);
    }
    return outcome;
  } finally {
    clearInterval(timer);
  }
}

const clearLine = '\r\u001b[2K';

const endWords: Record<Outcome['kind'], string> = {
  succeeded: 'done in',
  'found-bad': 'done in',
  failed: 'failed after',
  cancelled: 'stopped after',
  'cut-off': 'cut off after',
};

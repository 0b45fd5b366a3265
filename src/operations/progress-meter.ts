import type { DumpLayout } from '../domain/dump-layout.ts';
import type { JobStep, Progress } from '../domain/job.ts';

/** Turns what a running dump stores into progress against the source's size. */
export interface ProgressMeter {
  step(step: JobStep): void;
  start(layout: DumpLayout): void;
  stored(part: string, bytes: number): void;
  partDone(part: string): void;
  note(note: string): void;
}

/** Stored bytes tell only roughly how much of the source they stand for. */
const usualCompression = 2.5;

export function progressMeter(report: (progress: Progress) => void): ProgressMeter {
  let progress: Progress = {
    step: 'preparing',
    doneBytes: 0,
    totalBytes: 0,
    storedBytes: 0,
    doneParts: 0,
    totalParts: 0,
  };
  let estimates = new Map<string, number>();
  const done = new Map<string, number>();
  const show = (change: Partial<Progress>) => {
    progress = { ...progress, ...change };
    report(progress);
  };
  const doneBytes = () => Math.round([...done.values()].reduce((sum, bytes) => sum + bytes, 0));
  return {
    step: (step) => show({ step }),
    start(layout) {
      estimates = new Map(layout.parts.map((part) => [part.name, part.estimatedBytes]));
      const totalBytes = layout.parts.reduce((sum, part) => sum + part.estimatedBytes, 0);
      show({ step: 'dumping', totalBytes, totalParts: layout.parts.length });
    },
    stored(part, bytes) {
      const estimate = estimates.get(part) ?? 0;
      done.set(part, Math.min(estimate, (done.get(part) ?? 0) + bytes * usualCompression));
      show({ storedBytes: progress.storedBytes + bytes, doneBytes: doneBytes() });
    },
    partDone(part) {
      done.set(part, estimates.get(part) ?? 0);
      show({ doneParts: progress.doneParts + 1, doneBytes: doneBytes() });
    },
    note: (note) => show({ note }),
  };
}

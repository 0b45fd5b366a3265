import { z } from 'zod';
import { type BinlogRange, rangeBytes } from '../../domain/binlog/binlog-range.ts';
import type { Notes } from '../../ports/state.ts';

const ratesSchema = z.record(z.string(), z.number().positive());
const note = 'recovery:rates';

/** Bytes a second that recoveries reached here, by step. Of a step that was never measured nothing is promised. */
export function readRates(notes: Pick<Notes, 'get'>): {
  secondsFor(step: string, sizes: { set: number; range: BinlogRange | null }): number | null;
} {
  const rates = ratesSchema.parse(JSON.parse(notes.get(note) ?? '{}'));
  return {
    secondsFor(step, { set, range }) {
      const rate = rates[step];
      const bytes =
        step === 'replay' ? (range ? rangeBytes(range) : 0) : step === 'read' || step === 'restore' ? set : 0;
      if (bytes === 0) return 0;
      return rate === undefined ? null : Math.max(1, Math.round(bytes / rate));
    },
  };
}

/** The newest measurement counts: servers and disks change. */
export function keepRate(notes: Notes, step: string, bytes: number, milliseconds: number): void {
  if (bytes <= 0 || milliseconds <= 0) return;
  const rates = ratesSchema.parse(JSON.parse(notes.get(note) ?? '{}'));
  notes.set(note, JSON.stringify({ ...rates, [step]: (bytes * 1000) / milliseconds }));
}

import { z } from 'zod';
import type { Notes } from '../ports/state.ts';

/** What of a restore is done, so that one that was killed goes on where it was. One process writes it at a time. */
export interface RestoreJournal {
  /** `undefined` when the step has not been begun. */
  state(step: string): 'begun' | 'done' | undefined;
  begin(step: string): void;
  done(step: string): void;
  /** What a step must not forget. */
  recall(what: string): unknown;
  remember(what: string, value: unknown): void;
  /** The restore is over: nothing goes on any more. */
  forget(): void;
}

const journalSchema = z.object({
  steps: z.record(z.string(), z.enum(['begun', 'done'])),
  memory: z.record(z.string(), z.unknown()),
});

/** A journal that survives the process, under the restore's name. */
export function notedJournal(notes: Notes, restore: string): RestoreJournal {
  const key = `restore:${restore}`;
  const noted = notes.get(key);
  const journal = noted === undefined ? { steps: {}, memory: {} } : journalSchema.parse(JSON.parse(noted));
  const keep = () => notes.set(key, JSON.stringify(journal));
  return {
    state: (step) => journal.steps[step],
    begin(step) {
      journal.steps[step] = 'begun';
      keep();
    },
    done(step) {
      journal.steps[step] = 'done';
      keep();
    },
    recall: (what) => journal.memory[what],
    remember(what, value) {
      journal.memory[what] = value;
      keep();
    },
    forget: () => notes.remove(key),
  };
}

/** A journal for what is thrown away when this process dies: a restore onto a scratch server. */
export function passingJournal(): RestoreJournal {
  const notes = new Map<string, string>();
  return notedJournal(
    {
      get: (key) => notes.get(key),
      set: (key, value) => void notes.set(key, value),
      remove: (key) => void notes.delete(key),
    },
    'passing',
  );
}

/** Does a step unless it is done; `again` tells that it was begun before and may be half done. */
export async function journalled(
  journal: RestoreJournal,
  step: string,
  act: (again: boolean) => Promise<void>,
): Promise<void> {
  const state = journal.state(step);
  if (state === 'done') return;
  if (state === undefined) journal.begin(step);
  await act(state === 'begun');
  journal.done(step);
}

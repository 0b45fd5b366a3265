import { z } from 'zod';
import type { RecoveryRun } from '../scenario.ts';

const noteSchema = z.object({ index: z.int(), mark: z.string().optional(), commits: z.boolean() });

/** How far a script is, in the journal: it survives the process. Units are counted from 0. */
export interface ScriptProgress {
  /** So many are done. */
  done(): number;
  /** Whether this one was begun and is not known to be done. */
  begun(index: number): boolean;
  /** What `begin` was given. */
  mark(index: number): string | undefined;
  isCommitting(index: number): boolean;
  begin(index: number, mark?: string): void;
  /** Its transaction is committed next: from here on it cannot be told from outside whether it was. */
  commits(index: number): void;
  finish(index: number): void;
  /** The server would not: it has surely not run. */
  refused(index: number): void;
}

export function scriptProgress({ journal }: Pick<RecoveryRun, 'journal'>): ScriptProgress {
  const noted = (index: number) => {
    const note = noteSchema.safeParse(journal.recall('unit')).data;
    return note?.index === index ? note : undefined;
  };
  const done = () => z.int().catch(0).parse(journal.recall('units-done'));
  return {
    done,
    begun: (index) => index >= done() && noted(index) !== undefined,
    mark: (index) => noted(index)?.mark,
    isCommitting: (index) => noted(index)?.commits ?? false,
    begin: (index, mark) => journal.remember('unit', { index, commits: false, ...(mark !== undefined && { mark }) }),
    commits: (index) => journal.remember('unit', { ...noted(index), index, commits: true }),
    refused: (index) => journal.remember('unit', { index: -1 - index, commits: false }),
    finish: (index) => journal.remember('units-done', index + 1),
  };
}

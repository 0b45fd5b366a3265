import { z } from 'zod';
import type { Statement, SwapStep } from './swap-step.ts';

/** How far an exchange is: so many steps are done, counted from the first. The one that is next in that direction may be done as well. */
export const swapProgressSchema = z.object({ direction: z.enum(['forth', 'back']), done: z.int().nonnegative() });
export type SwapProgress = z.infer<typeof swapProgressSchema>;

export interface SwapMove {
  readonly step: SwapStep;
  readonly statement: Statement;
  /** How the step's mark stands when there is nothing to do any more. */
  readonly wanted: boolean;
  readonly progress: SwapProgress;
}

/** What is to be done next; undefined when there is nothing left in that direction. */
export function nextMove(steps: readonly SwapStep[], { direction, done }: SwapProgress): SwapMove | undefined {
  const at = direction === 'forth' ? done : done - 1;
  const step = steps[at];
  if (!step) return undefined;
  return {
    step,
    statement: step[direction],
    wanted: direction === 'forth' ? step.mark.present : !step.mark.present,
    progress: { direction, done: direction === 'forth' ? at + 1 : at },
  };
}

/** The same exchange the other way: it begins with the step that may be half-way. */
export function turned(steps: readonly SwapStep[], { direction, done }: SwapProgress): SwapProgress {
  return direction === 'forth'
    ? { direction: 'back', done: Math.min(done + 1, steps.length) }
    : { direction: 'forth', done: Math.max(done - 1, 0) };
}

import type { Run } from './place.ts';

/** How a run ended, for the table. */
export type Ending = 'killed' | 'failed' | 'stopped' | 'succeeded' | 'found bad';

export function howItEnded({ status, outcome }: Run): Ending {
  if (status === null) return 'killed';
  if (status === 0) return 'succeeded';
  if (outcome?.kind === 'found-bad') return 'found bad';
  return outcome?.kind === 'cancelled' ? 'stopped' : 'failed';
}

/** What a run that was not killed owes to whoever called it: an end, an exit status that fits, and a failure with a next step. */
export function wellTold(run: Run): string[] {
  const { status, outcome, stderr, args } = run;
  const command = `tidemark ${args.join(' ')}`;
  if (run.hung) return [`${command} did not end`];
  if (status === null) return [];
  const wrong: string[] = [];
  if (status !== 0 && status !== 1 && status !== 4) wrong.push(`${command} ended with ${status}: ${stderr}`);
  if (status === 0 && outcome && outcome.kind !== 'succeeded')
    wrong.push(`${command} ended with 0 and ${outcome.kind}`);
  if (/^\s+at .+:\d+:\d+\)?$/m.test(stderr)) wrong.push(`${command} showed a stack trace: ${stderr}`);
  if (outcome?.kind === 'failed') {
    const { code, message, hint } = outcome.failure;
    if (code === 'internal') wrong.push(`nobody expected this failure: ${message}`);
    if (hint.trim() === '') wrong.push(`the failure offers no next step: ${message}`);
  }
  return wrong;
}

import type { Check } from '../../domain/check.ts';
import { countOf } from '../../domain/measures.ts';

/** Checks for people, one line each with its mend below, and what they come to. */
export function checkLines(checks: readonly Check[], colours: boolean): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const [bad, warnings] = [count('bad'), count('warning')];
  const summary =
    bad + warnings === 0
      ? 'All is well.'
      : `${[...(bad > 0 ? [`${countOf(bad, 'thing')} must be mended`] : []), ...(warnings > 0 ? [countOf(warnings, 'warning')] : [])].join(', ')}.`;
  return [...checks.map((check) => checkLine(check, checks, colours)), '', summary].join('\n');
}

export function checkLine(
  { id, subject, state, finding, mend }: Check,
  all: readonly Check[],
  colours: boolean,
): string {
  const widest = (of: (check: Check) => string) => Math.max(...all.map((check) => of(check).length));
  const paint = (text: string) => (colours ? `\u001b[${colourOf[state]}m${text}\u001b[0m` : text);
  const name = id.slice(id.indexOf('.') + 1);
  const names = widest((check) => check.id.slice(check.id.indexOf('.') + 1).padEnd(1));
  const line = `${paint(markOf[state])} ${subject.padEnd(widest((check) => check.subject))}  ${name.padEnd(names)}  ${finding}`;
  const steps = (mend ?? '').split('\n').filter((step) => step !== '');
  return [line, ...steps.map((step) => `    → ${step}`)].join('\n');
}

const markOf: Record<Check['state'], string> = { good: '✓', warning: '!', bad: '✗' };
const colourOf: Record<Check['state'], number> = { good: 32, warning: 33, bad: 31 };

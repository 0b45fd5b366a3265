import type { ExitStatus } from '../../domain/failure.ts';

/** What a command has to say: the same facts for machines and for people. */
export interface Answer {
  /** For `--json`: one document. */
  readonly document: unknown;
  /** For people, on standard output. Without a line end. */
  readonly text: string;
  /** For people, on standard error: what went wrong, and the next step. */
  readonly trouble?: string;
  readonly exitStatus: 0 | ExitStatus;
}

export function done(document: unknown, text: string): Answer {
  return { document, text, exitStatus: 0 };
}

/** Trouble in two lines: what it is, and what to do. */
export function troubleText(message: string, hint: string): string {
  return `${message}\n${hint
    .split('\n')
    .map((line) => `  → ${line}`)
    .join('\n')}`;
}

import { createInterface, type Interface } from 'node:readline/promises';
import type { Terminal } from '../surfaces/cli/cli-parts.ts';

/** The terminal of this process. Colours follow NO_COLOR and FORCE_COLOR. */
export function makeTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal & { close(): void } {
  let questions: Interface | undefined;
  const colours = (stream: NodeJS.WriteStream) => Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb';
  // A reader that went away (`| head`) is no reason to complain.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outColours: colours(stdout),
    errColours: colours(stderr),
    errColumns: () => (stderr.isTTY && env.TERM !== 'dumb' ? stderr.columns : undefined),
    ...(stdin.isTTY &&
      stderr.isTTY && {
        async ask(question) {
          questions ??= createInterface({ input: stdin, output: stderr });
          return questions.question(question);
        },
      }),
    close: () => questions?.close(),
  };
}

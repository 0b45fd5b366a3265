import type { CliParts } from './cli-parts.ts';

/** Runs work that Ctrl-C or SIGTERM ends cleanly; a second one ends the process at once. */
export async function interruptible<Result>(
  { onInterrupt, terminal, exit }: Pick<CliParts, 'onInterrupt' | 'terminal' | 'exit'>,
  work: (signal: AbortSignal) => Promise<Result>,
  { quietly = false } = {},
): Promise<Result> {
  const controller = new AbortController();
  const stopListening = onInterrupt((signal) => {
    if (controller.signal.aborted) exit(signal === 'SIGINT' ? 130 : 143);
    controller.abort(signal);
    if (quietly) return;
    const again = signal === 'SIGINT' ? ' Ctrl-C again stops at once.' : '';
    terminal.err(`\n${signal === 'SIGINT' ? 'Stopping' : 'Asked to stop: stopping'} cleanly …${again}\n`);
  });
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}

import { toFailure } from '../../domain/failure.ts';
import { formatDuration } from '../../domain/measures.ts';
import type { ApplicationCheck, Place } from '../../domain/validation/validation.ts';
import type { Application, Checked } from '../../ports/application.ts';
import type { ServerAddress } from '../../ports/inspection.ts';
import { startProgram } from '../process/run-program.ts';

/** The application as the configuration knows it: programs to run, without a shell, and addresses to ask. */
export function configuredApplication(): Application {
  return {
    async check(check, on, signal) {
      const started = performance.now();
      const limit = AbortSignal.timeout(check.limitMilliseconds);
      const ending = AbortSignal.any([signal, limit]);
      const outcome = await (check.kind === 'command' ? runCommand(check, on, ending) : request(check, ending));
      signal.throwIfAborted();
      const milliseconds = performance.now() - started;
      const late = { passed: false, finding: `not done within ${formatDuration(check.limitMilliseconds)}` };
      return { ...(limit.aborted ? late : outcome), milliseconds };
    },
  };
}

type Outcome = Omit<Checked, 'milliseconds'>;

async function runCommand(
  { command: [path, ...args] }: Extract<ApplicationCheck, { kind: 'command' }>,
  { place, address }: { place: Place; address: ServerAddress },
  ending: AbortSignal,
): Promise<Outcome> {
  const program = startProgram(path, args, {
    owner: `application-check-${process.pid}`,
    variables: {
      TIDEMARK_PLACE: place,
      TIDEMARK_HOST: address.host,
      TIDEMARK_PORT: String(address.port),
      TIDEMARK_SOCKET: address.socketPath ?? '',
    },
  });
  // What it says is nobody's business here, but it must be able to say it.
  program.output.resume();
  ending.addEventListener('abort', program.kill, { once: true });
  if (ending.aborted) program.kill();
  const { exitCode, signal } = await program.ended;
  ending.removeEventListener('abort', program.kill);
  if (exitCode === 0) return { passed: true, finding: 'ended with 0' };
  const how = exitCode === 127 ? 'could not be started' : exitCode === undefined ? `was ended by ${signal}` : undefined;
  return { passed: false, finding: how ?? `ended with ${exitCode}` };
}

async function request(
  { url, method, status }: Extract<ApplicationCheck, { kind: 'http' }>,
  ending: AbortSignal,
): Promise<Outcome> {
  try {
    const response = await fetch(url, { method, redirect: 'manual', signal: ending });
    await response.body?.cancel();
    const finding = `answered ${response.status}${response.status === status ? '' : `, expected ${status}`}`;
    return { passed: response.status === status, finding };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : toFailure(cause).message;
    return { passed: false, finding: `no answer: ${code}` };
  }
}

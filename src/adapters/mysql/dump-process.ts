import { Failure } from '../../domain/failure.ts';
import type { PartStream } from '../../ports/source.ts';
import {
  type ProgramCall,
  type ProgramEnd,
  programFailure,
  type RunningProgram,
  startHeld,
} from '../process/run-program.ts';
import { type CompletionCheck, checkCompletion } from './check-completion.ts';
import type { DumpPrograms } from './programs.ts';

/** One `mysqldump | pzstd`. The first stands still, and the second is not there, until the part is opened. */
export interface DumpProcess {
  readonly dump: RunningProgram;
  open(): PartStream;
  kill(): void;
}

/**
 * A compressor that were there before would read some megabytes ahead. When the gates open all of them would begin at once, and so would
 * all dumps go on: but these must have their snapshots while the lock is held, and little more.
 */
export async function startDumpProcess(
  programs: DumpPrograms,
  args: readonly string[],
  run: string,
): Promise<DumpProcess> {
  const { program: dump, handTo } = await startHeld(patiently(programs, args), { owner: run });
  let compressor: RunningProgram | undefined;
  return {
    dump,
    open() {
      // One thread: how many parts are compressed at a time is decided by who reads them.
      compressor = handTo(yielding(programs, ['-v', '-1', '-p', '1', '-c']));
      return partStream(dump, compressor, checkCompletion());
    },
    kill() {
      dump.kill();
      compressor?.kill();
    },
  };
}

/** The database beside it comes first. */
function yielding({ pzstd, nice }: DumpPrograms, args: readonly string[]): ProgramCall {
  return nice === undefined ? { path: pzstd, args } : { path: nice, args: ['-n', '19', pzstd, ...args], name: pzstd };
}

/** mysqldump writes 4 KiB at a time into a pipe; where stdbuf is there, 128, which saves both ends much waking up. */
function patiently({ mysqldump, stdbuf }: DumpPrograms, args: readonly string[]): ProgramCall {
  return stdbuf === undefined
    ? { path: mysqldump, args }
    : { path: stdbuf, args: ['-o128K', mysqldump, ...args], name: mysqldump };
}

function partStream(dump: RunningProgram, compressor: RunningProgram, check: CompletionCheck): PartStream {
  const bytes = compressor.output.pipe(check.stream);
  compressor.output.on('error', (error) => bytes.destroy(error));
  bytes.on('close', () => compressor.output.destroy());
  return { bytes, finished: whenFinished(dump, compressor, check) };
}

async function whenFinished(
  dump: RunningProgram,
  compressor: RunningProgram,
  check: CompletionCheck,
): Promise<{ rawBytes: number }> {
  const [dumped, compressed] = await Promise.all([dump.ended, compressor.ended]);
  // A compressor that dies breaks the pipe of the dump, which then is not to blame.
  if (compressed.exitCode !== 0 && brokePipe(dumped)) throw programFailure(compressor.name, compressed);
  if (dumped.exitCode !== 0) throw dumpFailure(dump.name, dumped);
  if (compressed.exitCode !== 0) throw programFailure(compressor.name, compressed);
  refuseComplaints(dump.name, dumped);
  if (!(await check.complete)) {
    throw new Failure(
      'dump-incomplete',
      `${dump.name} ended with 0, but its output stops before the completion line.`,
      {
        hint: 'Look into the server’s error log for a lost connection, then run the backup again.',
      },
    );
  }
  // `stdin : 45.27%   (10000000 => 4527456 bytes, stdout)`
  const rawBytes = Number(/\(\s*(\d+) =>\s*\d+ bytes/.exec(compressed.errors)?.[1]);
  if (!Number.isInteger(rawBytes)) throw programFailure(compressor.name, compressed);
  return { rawBytes };
}

/** EPIPE and ECONNRESET: whoever read has gone. */
function brokePipe({ signal, errors }: ProgramEnd): boolean {
  return signal === 'SIGPIPE' || /errno (?:32|104) on write/.test(errors);
}

/** What mysqldump's own error numbers mean for whoever must mend it. */
function dumpFailure(name: string, end: ProgramEnd): Failure {
  const cause = programFailure(name, end);
  const code = Number(/(?:error:?|\()\s*(\d{4})\b/i.exec(end.errors)?.[1]);
  if ([2002, 2003, 2005, 2006, 2013, 1053, 1927].includes(code)) {
    return new Failure('source-unreachable', `The server went away during the dump. ${cause.message}`, {
      cause,
      hint: 'Check that the server runs and look into its error log, then run the backup again.',
    });
  }
  if ([1044, 1045, 1142, 1143, 1227, 1370].includes(code) || /insufficient privileges/i.test(end.errors)) {
    return new Failure('source-missing-grant', cause.message, {
      cause,
      hint: 'Run tidemark doctor: it prints the GRANT statement.',
    });
  }
  if (code === 1412) {
    return new Failure('dump-incomplete', `A table changed its shape during the dump. ${cause.message}`, {
      cause,
      hint: 'Run the backup again when the schema change is through.',
    });
  }
  return cause;
}

/** mysqldump has been seen to lose its connection, say so, and end with 0. Only what it calls a warning itself is none. */
function refuseComplaints(name: string, end: ProgramEnd): void {
  const harmless = /^(?:[\w-]+: )?(?:-- )?\[?(?:warning|note)\b/i;
  const complaints = end.errors.split('\n').filter((line) => line.trim() !== '' && !harmless.test(line));
  if (complaints.length === 0) return;
  throw new Failure('dump-incomplete', `${name} ended with 0 but complained: ${complaints.join(' ')}`, {
    hint: `Mend what ${name} says, then run the backup again.`,
  });
}

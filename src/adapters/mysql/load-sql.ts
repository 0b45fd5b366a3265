import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Failure } from '../../domain/failure.ts';
import type { LoadOptions } from '../../ports/target.ts';
import {
  type ProgramEnd,
  programFailure,
  type RunningProgram,
  startPipe,
  startProgram,
} from '../process/run-program.ts';
import type { LoadPrograms } from './programs.ts';

/**
 * `zstd -d | mysql`: decompressed bytes never pass through Node. Resolves when both ended well.
 * Failure `restore-failed` with the server's own words when it refused a statement.
 */
export async function loadSql(
  programs: LoadPrograms,
  login: readonly string[],
  sql: Readable,
  { owner, part, compressed, binlog, tolerant = false, signal }: LoadOptions,
): Promise<void> {
  signal.throwIfAborted();
  if (sql.errored) throw sql.errored;
  const client = {
    path: programs.mysql,
    args: [
      ...login,
      ...clientFlags,
      ...(tolerant ? ['--force'] : []),
      `--init-command=${sessionSettings(loadLocks(owner, part)[0], binlog)}`,
    ],
  };
  const stages = compressed ? startBoth(programs, client, sql, owner) : startClient(client, sql, owner);
  const running = [stages.zstd, stages.mysql].filter((stage) => stage !== undefined);
  const kill = () => {
    for (const stage of running) stage.kill();
    sql.destroy();
  };
  let inputError: unknown;
  sql.on('error', (error) => {
    inputError ??= error;
    kill();
  });
  signal.addEventListener('abort', kill, { once: true });
  try {
    stages.mysql.output.resume();
    // A client that gives up leaves the others nothing to do; one that is content has read them to their end.
    void stages.mysql.ended.then((end) => {
      if (end.exitCode !== 0) kill();
    });
    const [loaded, decompressed] = await Promise.all([stages.mysql.ended, stages.zstd?.ended]);
    signal.throwIfAborted();
    refuseLoad(stages.mysql.name, loaded, { part, tolerant, inputError });
    if (inputError !== undefined) throw inputError;
    if (decompressed && decompressed.exitCode !== 0) throw programFailure('zstd', decompressed);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** How a client runs statements that a server has written down. */
export const clientFlags = [
  '--batch',
  '--binary-mode',
  // Comments in the bodies of routines and triggers are theirs to keep.
  '--comments',
  '--max-allowed-packet=1G',
  // MariaDB's client would send files of this machine to whatever asks for them.
  '--local-infile=0',
  '--default-character-set=utf8mb4',
];

/** Holds one of the locks of what is loaded, so that whoever loads it again waits until a killed load's last statement has ended. */
export function sessionSettings(lock: string, binlog: boolean, { checks = false }: { checks?: boolean } = {}): string {
  const settings = [
    ...(checks ? [] : ['foreign_key_checks = 0', 'unique_checks = 0']),
    ...(binlog ? [] : ['sql_log_bin = 0']),
  ];
  return `SET ${[...settings, `@tidemark_load = GET_LOCK('${lock}', 600)`].join(', ')}`;
}

/** Names of locks, of which each session that loads the part holds one: so no more than these may. They have at most 64 characters. */
export function loadLocks(owner: string, part: string): [string, string, string, string] {
  const name = `tidemark-${createHash('sha256').update(`${owner}/${part}`).digest('hex').slice(0, 32)}`;
  return [name, `${name}-2`, `${name}-3`, `${name}-4`];
}

interface Program {
  readonly path: string;
  readonly args: readonly string[];
}

interface Stages {
  readonly zstd?: RunningProgram;
  readonly mysql: RunningProgram;
}

function startBoth({ zstd }: LoadPrograms, client: Program, input: Readable, owner: string): Stages {
  const { first, second } = startPipe({ path: zstd, args: ['-d', '-c', '-q'] }, client, { owner, input });
  return { zstd: first, mysql: second };
}

function startClient({ path, args }: Program, input: Readable, owner: string): Stages {
  return { mysql: startProgram(path, args, { owner, input }) };
}

/** Failures `source-unreachable`, `restore-failed` and `program-failed`, for a client that did not end well. */
export function refuseLoad(
  name: string,
  end: ProgramEnd,
  { part, tolerant, inputError }: { part: string; tolerant: boolean; inputError: unknown },
): void {
  const said = end.errors.split('\n').filter((line) => line.trim() !== '' && !/warning|note/i.test(line));
  const errors = said.filter((line) => /^ERROR \d+/.test(line));
  const error = errors.find((line) => lostServer.test(line)) ?? errors[0];
  if (error && lostServer.test(error)) {
    throw new Failure('source-unreachable', `The server went away while ${part} was loaded: ${error}`, {
      hint: 'Look into its error log, then run it again: it goes on where it was.',
    });
  }
  if (error && tolerant) return;
  if (error) {
    throw new Failure('restore-failed', `The server refused what ${part} holds: ${error}`, {
      hint: 'Mend what the server says, then run it again: it goes on where it was.',
    });
  }
  // Killed by us, because there was nothing more to read.
  if (inputError !== undefined) return;
  if (end.exitCode !== 0) throw programFailure(name, end);
  if (said.length > 0) {
    throw new Failure('restore-failed', `${name} ended with 0 but complained about ${part}: ${said.join(' ')}`, {
      hint: `Mend what ${name} says, then run it again: it goes on where it was.`,
    });
  }
}

const lostServer = /^ERROR (1053|1927|2002|2003|2006|2013|2055)\b/;

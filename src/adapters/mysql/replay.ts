import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../domain/failure.ts';
import type { ServerFacts } from '../../domain/server.ts';
import type { Replay } from '../../ports/target.ts';
import { type ProgramEnd, programFailure, startPipe } from '../process/run-program.ts';
import { clientFlags, refuseLoad, sessionSettings } from './load-sql.ts';
import { createOptionFiles } from './option-file.ts';
import { findBinlogProgram, findLoadPrograms } from './programs.ts';
import type { ServerSettings } from './settings.ts';

/**
 * `mysqlbinlog file file … | mysql`: all files in one session, for what one transaction leaves behind (temporary tables, variables) the next may
 * need. The files are laid out whole in a private directory, since mysqlbinlog takes no pieces; the last is cut behind a whole transaction.
 */
export async function replayBinlogs(
  settings: ServerSettings,
  server: ServerFacts,
  workDirectory: string | undefined,
  replay: Replay,
): Promise<void> {
  const { owner, signal } = replay;
  const directory = await makeDirectory(workDirectory, owner);
  const optionFiles = await createOptionFiles(settings, owner);
  try {
    const mysqlbinlog = await findBinlogProgram(settings, server);
    const { mysql } = await findLoadPrograms(settings, server);
    const paths = await layOut(directory, replay);
    signal.throwIfAborted();
    const { first, second } = startPipe(
      { path: mysqlbinlog, args: [...binlogFlags(server, replay), ...paths] },
      {
        path: mysql,
        args: [...(await optionFiles.argumentsFor('replay')), ...clientFlags, `--init-command=${initial(replay)}`],
      },
      { owner },
    );
    const kill = () => {
      first.kill();
      second.kill();
    };
    signal.addEventListener('abort', kill, { once: true });
    try {
      second.output.resume();
      void second.ended.then((end) => {
        if (end.exitCode !== 0) first.kill();
      });
      const [read, loaded] = await Promise.all([first.ended, second.ended]);
      signal.throwIfAborted();
      refuseLoad(second.name, loaded, { part: 'the binlogs', tolerant: false, inputError: undefined });
      refuseRead(first.name, read);
    } finally {
      signal.removeEventListener('abort', kill);
      kill();
    }
  } finally {
    await optionFiles.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

function binlogFlags({ flavour }: ServerFacts, { from, gtids, idempotent }: Replay): string[] {
  return [
    '--no-defaults',
    '--verify-binlog-checksum',
    `--start-position=${Math.max(4, from)}`,
    ...(flavour === 'mysql' && gtids === 'anew' ? ['--skip-gtids'] : []),
    ...(idempotent && flavour === 'mysql' ? ['--idempotent'] : []),
  ];
}

/** Keys are checked as the binlog says, transaction by transaction. */
function initial({ owner, binlog }: Replay): string {
  return sessionSettings(`tidemark-${owner}`.slice(0, 60), binlog, { checks: true });
}

/** A truncated or altered event is only a warning to mysqlbinlog, which then ends with 0. */
function refuseRead(name: string, end: ProgramEnd): void {
  if (end.exitCode !== 0) throw programFailure(name, end);
  const said = end.errors.split('\n').filter((line) => /error|truncated|corrupt/i.test(line));
  if (said.length === 0) return;
  throw new Failure('restore-failed', `${name} could not read the binlogs to their end: ${said.join(' ')}`, {
    hint: 'What was replayed so far stays. Look at the binlogs with tidemark verify, then begin anew.',
  });
}

async function layOut(directory: string, { files, signal, onLaidOut }: Replay): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, file] of files.entries()) {
    // One name may stand in two histories, and mysqlbinlog goes by nothing but the order of its arguments.
    const path = join(directory, `${String(index).padStart(6, '0')}.${file.name.replace(/[^A-Za-z0-9._-]/g, '_')}`);
    await pipeline(await file.open(), upTo(file.bytes, onLaidOut), createWriteStream(path, { mode: 0o600 }), {
      signal,
    });
    paths.push(path);
  }
  return paths;
}

/** Passes so many bytes on and drops the rest; fewer are a failure. */
function upTo(bytes: number, onPassed?: (bytes: number) => void): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      onPassed?.(part.length);
      done(null, part);
    },
    flush: (done) =>
      done(
        left === 0
          ? null
          : new Failure('integrity', `A binlog file ends ${left} bytes before it should.`, {
              hint: 'Use another copy of the binlogs, or recover to what lies before it.',
            }),
      ),
  });
}

/** What a killed replay of the same owner left, in plain, goes first. */
async function makeDirectory(workDirectory: string | undefined, owner: string): Promise<string> {
  const place = workDirectory ?? tmpdir();
  if (workDirectory !== undefined) {
    await mkdir(place, { recursive: true, mode: 0o700 });
    await chmod(place, 0o700);
  }
  await sweepReplays(place, owner);
  return mkdtemp(join(place, `${directoryPrefix}${owner}.`));
}

export async function sweepReplays(place: string, owner: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    if (name.startsWith(`${directoryPrefix}${owner}.`)) await rm(join(place, name), { recursive: true, force: true });
  }
}

const directoryPrefix = 'tidemark-replay.';

import { createHash } from 'node:crypto';
import { Failure } from '../../../domain/failure.ts';
import { serverDialect } from '../../../domain/server-dialect.ts';
import type { BinlogFeed, FeedStart } from '../../../ports/binlogs.ts';
import { endOrphans } from '../../process/end-orphans.ts';
import { type ProgramEnd, programFailure, startProgram } from '../../process/run-program.ts';
import { withSession } from '../connection.ts';
import { createOptionFiles, sweepOptionFiles } from '../option-file.ts';
import { findBinlogProgram } from '../programs.ts';
import { readServerFacts } from '../server-facts.ts';
import type { SourceSettings } from '../settings.ts';
import { openSpool } from './spool.ts';

/**
 * Starts `mysqlbinlog --raw --stop-never` into the spool. Whatever an earlier run left there is ended and removed first:
 * the repository knows where it ends, the spool is never gone on with.
 */
export async function followBinlog(settings: SourceSettings, { file, offset }: FeedStart): Promise<BinlogFeed> {
  const owner = ownerOf(settings);
  await endOrphans((mark) => mark === owner);
  await sweepOptionFiles((mark) => mark === owner);
  const server = await withSession(settings, (session) => readServerFacts(session, settings.user));
  const mysqlbinlog = await findBinlogProgram(settings, server);
  const { binlogServerIdFlag } = serverDialect(server.flavour, server.version);
  const spool = await openSpool(settings.spoolDir);
  const optionFiles = await createOptionFiles(settings, owner);
  const removeAll = async () => {
    await optionFiles.remove();
    await spool.remove();
  };
  try {
    const program = startProgram(
      mysqlbinlog,
      [
        ...(await optionFiles.argumentsFor('stream')),
        '--read-from-remote-server',
        '--raw',
        '--stop-never',
        `${binlogServerIdFlag}=${connectionServerId(owner)}`,
        `--result-file=${spool.directory}/`,
        `--start-position=${Math.max(4, offset)}`,
        file,
      ],
      { owner },
    );
    program.output.resume();
    return {
      ...spool,
      ended: program.ended.then((end) => whyItEnded(settings, program.name, end)),
      async close() {
        program.kill();
        await program.ended;
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

/** Marks the program, so that a later run of this installation finds it, and no other. */
export function ownerOf({ spoolDir }: Pick<SourceSettings, 'spoolDir'>): string {
  return `binlog-${createHash('sha256').update(spoolDir).digest('hex').slice(0, 16)}`;
}

/** Two readers of one id cut each other off; servers in use have smaller ids. */
function connectionServerId(owner: string): number {
  return 0xe000_0000 + (createHash('sha256').update(owner).digest().readUInt32LE(0) % 0x1fff_ffff);
}

/** It is meant never to end, so every end is a failure. */
function whyItEnded(settings: SourceSettings, name: string, end: ProgramEnd): Failure {
  const cause = programFailure(name, end);
  if (end.exitCode === 0 || /lost connection|gone away|can't connect|\b(2002|2003|2006|2013)\b/i.test(end.errors)) {
    return new Failure(
      'source-unreachable',
      `The connection for the binlogs of ${settings.name} ended. ${cause.message}`,
      {
        cause,
        hint: 'Check that the server runs. The stream connects again by itself.',
      },
    );
  }
  if (/access denied|denied; you need/i.test(end.errors)) {
    return new Failure('source-missing-grant', cause.message, {
      cause,
      hint: 'Run tidemark doctor: it prints the GRANT statement.',
    });
  }
  return cause;
}

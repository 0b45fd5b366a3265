import { type Readable, Transform } from 'node:stream';
import { Failure } from '../../../domain/failure.ts';
import type { TableName } from '../../../domain/manifest.ts';
import { serverDialect } from '../../../domain/server-dialect.ts';
import { programFailure, startProgram } from '../../process/run-program.ts';
import { withSession } from '../connection.ts';
import { dataFlags } from '../dump-arguments.ts';
import { createOptionFiles } from '../option-file.ts';
import { findDumpProgram } from '../programs.ts';
import { readServerFacts } from '../server-facts.ts';
import type { ServerSettings } from '../settings.ts';

/** `mysqldump` of one table, by name: its INSERTs name the table alone. */
export async function dumpRows(
  settings: ServerSettings,
  { schema, name }: TableName,
  owner: string,
): Promise<{ sql: Readable; finished: Promise<void> }> {
  const server = await withSession(settings, (session) => readServerFacts(session, settings.user));
  const mysqldump = await findDumpProgram(settings, server);
  const optionFiles = await createOptionFiles(settings, owner);
  const { dumpFlags } = serverDialect(server.flavour, server.version);
  const login = await optionFiles.argumentsFor('table-rows');
  const program = startProgram(mysqldump, [...login, ...dataFlags, ...dumpFlags, '--', schema, name], { owner });
  const { stream, tail } = keepTail();
  const sql = program.output.pipe(stream);
  program.output.on('error', (error) => sql.destroy(error));
  sql.on('close', () => program.kill());
  const finished = program.ended
    .then((end) => {
      if (end.exitCode !== 0) throw programFailure(program.name, end);
      if (/(^|\n)-- Dump completed[^\n]*\n?$/.test(tail())) return;
      throw new Failure(
        'dump-incomplete',
        `${program.name} ended with 0, but its output stops before the completion line.`,
        {
          hint: 'Run it again.',
        },
      );
    })
    .finally(() => optionFiles.remove());
  finished.catch(() => {});
  return { sql, finished };
}

function keepTail(): { stream: Transform; tail: () => string } {
  let last = Buffer.alloc(0);
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      last = Buffer.concat([last, chunk.subarray(-128)]).subarray(-128);
      done(null, chunk);
    },
  });
  return { stream, tail: () => last.toString('latin1') };
}

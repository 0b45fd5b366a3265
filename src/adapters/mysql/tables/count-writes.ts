import { createInterface } from 'node:readline';
import { quoteTable } from '../../../domain/manifest.ts';
import type { ExchangePlace, TableWrites } from '../../../ports/tables.ts';
import { startProgram } from '../../process/run-program.ts';
import { withSession } from '../connection.ts';
import { createOptionFiles } from '../option-file.ts';
import { findBinlogProgram } from '../programs.ts';
import { readServerFacts } from '../server-facts.ts';
import type { ServerSettings } from '../settings.ts';

/** Reads the server's binlog as mysqlbinlog prints it, line by line, and counts rows of one table. Values pass by and are not kept. */
export async function countWrites(
  settings: ServerSettings,
  { table, file, offset, statement }: ExchangePlace,
  owner: string,
  signal: AbortSignal,
): Promise<TableWrites> {
  const server = await withSession(settings, (session) => readServerFacts(session, settings.user));
  if (server.binlog.format !== 'ROW') return unknown(`binlog_format is ${server.binlog.format}`);
  const mysqlbinlog = await findBinlogProgram(settings, server);
  const optionFiles = await createOptionFiles(settings, owner);
  const flags = ['--read-from-remote-server', '--to-last-log', '--base64-output=DECODE-ROWS', '-v'];
  try {
    const login = await optionFiles.argumentsFor('writes');
    const program = startProgram(mysqlbinlog, [...login, ...flags, `--start-position=${offset}`, file], { owner });
    const stop = () => program.kill();
    signal.addEventListener('abort', stop, { once: true });
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    const name = quoteTable(table);
    const kinds = new Map<string, keyof typeof counts>([
      [`### INSERT INTO ${name}`, 'inserted'],
      [`### UPDATE ${name}`, 'updated'],
      [`### DELETE FROM ${name}`, 'deleted'],
    ]);
    let exchanged = false;
    try {
      for await (const line of createInterface({ input: program.output, crlfDelay: Infinity })) {
        if (!exchanged) exchanged = line.startsWith(statement.split('\n')[0] ?? statement);
        const kind = exchanged ? kinds.get(line) : undefined;
        if (kind) counts[kind] += 1;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      program.kill();
    }
    const end = await program.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0)
      return unknown(`the binlog could not be read: ${end.errors.trim().split('\n').at(-1) ?? ''}`);
    return exchanged ? { kind: 'counted', ...counts } : unknown('the binlog does not hold the exchange');
  } finally {
    await optionFiles.remove();
  }
}

function unknown(why: string): TableWrites {
  return { kind: 'unknown', why };
}

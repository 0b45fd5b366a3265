import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { type Flavour, type ServerFacts, seriesOf, type ToolFacts } from '../../domain/server.ts';
import { type ServerDialect, serverDialect } from '../../domain/server-dialect.ts';
import { readProgram } from '../process/run-program.ts';
import type { ServerSettings, SourceSettings } from './settings.ts';

/** The programs of one dump, of the server's own flavour and series. */
export interface DumpPrograms {
  readonly mysqldump: string;
  readonly pzstd: string;
  /** Not needed, only faster. */
  readonly stdbuf?: string;
  /** Not needed, only kinder to the server beside it. */
  readonly nice?: string;
  readonly versions: Record<string, string>;
  /** Whether mysqldump can be told to wait before its snapshot, and to be patient with a slow reader. */
  readonly canWait: boolean;
}

/** Finds the programs for a server; `tool-missing` or `tool-mismatch` where one does not serve. */
export async function findDumpPrograms(settings: SourceSettings, server: ServerFacts): Promise<DumpPrograms> {
  const { dumpPrograms } = serverDialect(server.flavour, server.version);
  const [dump, pzstd, stdbuf, nice] = await Promise.all([
    findTool('mysqldump', dumpPrograms, directoryOf(settings)),
    findTool('pzstd', ['pzstd']),
    findPath(['stdbuf']),
    findPath(['nice']),
  ]);
  const mismatch = toolMismatch(dump, server);
  if (mismatch) throw new Failure('tool-mismatch', mismatch, { hint: clientHint(settings, server) });
  if (!dump.path) throw new Failure('tool-missing', 'There is no mysqldump.', { hint: clientHint(settings, server) });
  if (!pzstd.path) {
    throw new Failure('tool-missing', 'There is no pzstd on PATH.', {
      hint: 'Install the package zstd: pzstd is in it.',
    });
  }
  const help = await readProgram(dump.path, ['--no-defaults', '--help'], { owner: 'help' });
  return {
    canWait: help.includes('--init-command'),
    mysqldump: dump.path,
    pzstd: pzstd.path,
    ...(stdbuf !== undefined && { stdbuf }),
    ...(nice !== undefined && { nice }),
    versions: { mysqldump: dump.versionLine ?? '', pzstd: pzstd.versionLine ?? '' },
  };
}

/** mysqldump of the server's own flavour and series. */
export async function findDumpProgram(
  settings: ServerSettings,
  server: Pick<ServerFacts, 'flavour' | 'version'>,
): Promise<string> {
  const { dumpPrograms } = serverDialect(server.flavour, server.version);
  const dump = await findTool('mysqldump', dumpPrograms, directoryOf(settings));
  const mismatch = toolMismatch(dump, server);
  if (mismatch) throw new Failure('tool-mismatch', mismatch, { hint: clientHint(settings, server) });
  if (dump.path) return dump.path;
  throw new Failure('tool-missing', 'There is no mysqldump.', { hint: clientHint(settings, server) });
}

/** mysqlbinlog of the server's own flavour and series. */
export async function findBinlogProgram(
  settings: ServerSettings,
  server: Pick<ServerFacts, 'flavour' | 'version'>,
): Promise<string> {
  const { binlogPrograms } = serverDialect(server.flavour, server.version);
  const found = await findTool('mysqlbinlog', binlogPrograms, directoryOf(settings));
  const mismatch = toolMismatch(found, server);
  if (mismatch) throw new Failure('tool-mismatch', mismatch, { hint: clientHint(settings, server) });
  if (found.path) return found.path;
  throw new Failure('tool-missing', 'There is no mysqlbinlog.', { hint: clientHint(settings, server) });
}

/** The programs of one restore, of the server's own flavour and series. */
export interface LoadPrograms {
  readonly mysql: string;
  readonly zstd: string;
}

/** The same for a server that is restored into. */
export async function findLoadPrograms(
  settings: ServerSettings,
  server: Pick<ServerFacts, 'flavour' | 'version'>,
): Promise<LoadPrograms> {
  const { clientPrograms } = serverDialect(server.flavour, server.version);
  const client = await findTool('mysql', clientPrograms, directoryOf(settings));
  const zstd = await findTool('zstd', ['zstd']);
  const mismatch = toolMismatch(client, server);
  if (mismatch) throw new Failure('tool-mismatch', mismatch, { hint: clientHint(settings, server) });
  if (!client.path) throw new Failure('tool-missing', 'There is no mysql.', { hint: clientHint(settings, server) });
  if (!zstd.path) throw new Failure('tool-missing', 'There is no zstd on PATH.', { hint: 'Install the package zstd.' });
  return { mysql: client.path, zstd: zstd.path };
}

/** Every program that backups of this server need, found or not. */
export async function findTools(settings: SourceSettings, flavour: Flavour, version: string): Promise<ToolFacts[]> {
  const dialect: ServerDialect = serverDialect(flavour, version);
  return Promise.all([
    findTool('mysqldump', dialect.dumpPrograms, directoryOf(settings)),
    findTool('mysql', dialect.clientPrograms, directoryOf(settings)),
    findTool('mysqlbinlog', dialect.binlogPrograms, directoryOf(settings)),
    findTool('zstd', ['zstd']),
    findTool('pzstd', ['pzstd']),
  ]);
}

/** A sentence when a client program does not fit the server. */
export function toolMismatch(tool: ToolFacts, server: Pick<ServerFacts, 'flavour' | 'version'>): string | undefined {
  if (!tool.flavour || !tool.version) return undefined;
  if (tool.flavour === server.flavour && seriesOf(tool.version) === seriesOf(server.version)) return undefined;
  return `${tool.tool} at ${tool.path} is ${nameOf(tool.flavour)} ${tool.version}, the server is ${nameOf(server.flavour)} ${server.version}.`;
}

function clientHint(settings: ServerSettings, server: Pick<ServerFacts, 'flavour' | 'version'>): string {
  const wanted = `${nameOf(server.flavour)} ${seriesOf(server.version)}`;
  return `Install the client programs of ${wanted} and name their directory as ${settings.section ?? `sources.${settings.name}`}.clientDir.`;
}

export function nameOf(flavour: Flavour): string {
  return flavour === 'mysql' ? 'MySQL' : 'MariaDB';
}

function directoryOf({ clientDir }: ServerSettings): string[] | undefined {
  return clientDir === undefined ? undefined : [clientDir];
}

/** The first program of one of these names in one of these directories; without any, on PATH. */
export async function findTool(
  tool: ToolFacts['tool'],
  names: readonly string[],
  directories?: readonly string[],
): Promise<ToolFacts> {
  const path = await findPath(names, directories);
  if (path === undefined) return { tool };
  const versionLine = (await readProgram(path, ['--version'], { owner: 'version' }).catch(() => '')).trim();
  return { tool, path, versionLine, ...readVersion(versionLine) };
}

/** The first of these programs that is there; on PATH where no directory is named. */
async function findPath(
  names: readonly string[],
  directories: readonly string[] = (process.env.PATH ?? '').split(delimiter),
): Promise<string | undefined> {
  const places = names.flatMap((name) => directories.map((place) => join(place, name)));
  for (const path of places) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** `mysqldump  Ver 9.7.4-2 for Linux…`, `mysqldump  Ver 10.19 Distrib 10.11.14-MariaDB…`, `mariadb-dump from 11.4.2-MariaDB…`. */
function readVersion(line: string): Pick<ToolFacts, 'flavour' | 'version'> {
  const mariadb = /(\d+\.\d+\.\d+)-MariaDB/.exec(line)?.[1];
  if (mariadb) return { flavour: 'mariadb', version: mariadb };
  const mysql = /(?:Ver|Distrib) (\d+\.\d+\.\d+)/.exec(line)?.[1];
  return mysql && /mysql/i.test(line) ? { flavour: 'mysql', version: mysql } : {};
}

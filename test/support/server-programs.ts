import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { mysqlBin } from '../../scripts/setup/places.mjs';

export type Flavour = 'mysql' | 'mariadb';

/** A server that tests can start, found on this machine. */
export interface ServerPrograms {
  /** For people: `MySQL 9.7`. */
  readonly name: string;
  readonly flavour: Flavour;
  /** `9.7.4`, without the packager's additions. */
  readonly version: string;
  /** `9.7`: what a client has to share with its server. */
  readonly series: string;
  readonly server: string;
  readonly serverDir: string;
  readonly clientDir: string;
}

/** The server of this flavour that `npm run setup` provides. Throws when there is none: nothing is skipped quietly. */
export function findServerPrograms(flavour: Flavour): ServerPrograms {
  const folders = ['/usr/local/sbin', '/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  if (flavour === 'mysql') folders.push(mysqlBin);
  for (const folder of folders) {
    const found = lookIn(folder, flavour === 'mysql' ? ['mysqld'] : ['mariadbd']);
    if (found?.flavour === flavour && existsSync(join(found.clientDir, dumpProgram(flavour)))) return found;
  }
  throw new Error(`There is no ${flavour} server on this machine. Run "npm run setup", or put one on PATH.`);
}

/** The servers in the folders that `TIDEMARK_TEST_SERVERS` names, separated by colons: other versions to test with. */
export function extraServerPrograms(): ServerPrograms[] {
  const folders = (process.env.TIDEMARK_TEST_SERVERS ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => {
    const found = lookIn(folder, ['mariadbd', 'mysqld']);
    if (!found) throw new Error(`TIDEMARK_TEST_SERVERS names ${folder}, which holds no server that runs.`);
    return found;
  });
}

/** What a program is, only its version tells: Debian's `mysqld` is MariaDB. */
function lookIn(folder: string, names: string[]): ServerPrograms | undefined {
  const server = names.map((name) => join(folder, name)).find(existsSync);
  const said = server && printsVersion(server);
  const version = said && /Ver (\d+\.\d+)(\.\d+)/.exec(said);
  if (!version) return undefined;
  const flavour = said.includes('MariaDB') ? 'mariadb' : 'mysql';
  const series = version[1] ?? '';
  const clientDirs = [folder, join(dirname(folder), 'bin')];
  return {
    name: `${flavour === 'mysql' ? 'MySQL' : 'MariaDB'} ${series}`,
    flavour,
    version: `${series}${version[2]}`,
    series,
    server,
    serverDir: folder,
    clientDir: clientDirs.find((dir) => existsSync(join(dir, dumpProgram(flavour)))) ?? folder,
  };
}

function dumpProgram(flavour: Flavour): string {
  return flavour === 'mysql' ? 'mysqldump' : 'mariadb-dump';
}

function printsVersion(server: string): string | undefined {
  try {
    return execFileSync(server, ['--no-defaults', '--version'], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

import { join } from 'node:path';
import { giveCacheBackToCaller, quote, runUnpacked, unpackFromUnstable, writeProgram } from './debian-unstable.mjs';
import { cacheDir, mysqlBin } from './places.mjs';
import { findProgram, output } from './run.mjs';

const unpacked = join(cacheDir, 'mysql-sid');
const clients = ['mysql', 'mysqldump', 'mysqlbinlog', 'mysqladmin'];

/**
 * A real MySQL server and its clients: those on PATH, or Debian unstable's, unpacked into the cache. Stable Debian
 * carries only MariaDB, whose programs answer to MySQL's names.
 */
export function ensureMysqlServer() {
  if (['mysqld', ...clients].every(isMysqlsOwn)) return;
  const fetched = unpackFromUnstable({
    name: 'a MySQL server',
    folder: unpacked,
    program: 'usr/sbin/mysqld',
    packages: ['mysql-server-core', 'mysql-client-core'],
    wanted: /^(lib|mysql-|zlib1g)/,
    level: 'demo',
    room: '1 GB',
  });
  writeWrappers();
  if (fetched) giveCacheBackToCaller();
}

function isMysqlsOwn(program) {
  const path = findProgram(program);
  const version = path === undefined ? '' : output(path, ['--version']);
  return version.includes(' Ver ') && !version.includes('MariaDB');
}

/**
 * One script per program, in a folder that serves as `serverDir` and as `clientDir`. Nothing may stand before the
 * caller's arguments, because `--defaults-file` counts only as the first; so the server's own folders come after them,
 * and the clients' plug-in folder is handed over in the environment.
 */
function writeWrappers() {
  const plugins = join(unpacked, 'usr', 'lib', 'mysql', 'plugin');
  const messages = join(unpacked, 'usr', 'share', 'mysql');
  const serverFolders = [
    `--basedir=${join(unpacked, 'usr')}`,
    `--lc-messages-dir=${messages}`,
    `--character-sets-dir=${join(messages, 'charsets')}`,
    `--plugin-dir=${plugins}`,
  ];
  const run = (program) => `exec ${runUnpacked(unpacked, program)} "$@"`;
  writeProgram(join(mysqlBin, 'mysqld'), `${run('usr/sbin/mysqld')} ${serverFolders.map(quote).join(' ')}`);
  for (const client of clients) {
    writeProgram(join(mysqlBin, client), `LIBMYSQL_PLUGIN_DIR=${quote(plugins)} ${run(`usr/bin/${client}`)}`);
  }
}

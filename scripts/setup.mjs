/**
 * Makes a bare Debian ready: `node scripts/setup.mjs [base|demo|test]`.
 *
 * `base` is the npm packages and the Node 24 among them; `demo` adds zstd and a MySQL server; `test` adds MariaDB,
 * Chromium and moto. Running it again does nothing in well under a second. Plain JavaScript without dependencies, because it
 * runs before there are any, on whatever Node (18 or later) the machine has. Nothing it installs is started.
 */
import { chromiumAndEmoji, ensureDebianPackages, mariadb, zstd } from './setup/debian-packages.mjs';
import { ensureMotoServer } from './setup/moto-server.mjs';
import { ensureMysqlServer } from './setup/mysql-server.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { NotReady } from './setup/run.mjs';

const levels = {
  base: () => ensureNpmPackages(),
  demo: () => {
    levels.base();
    ensureEach(() => ensureDebianPackages([zstd]), ensureMysqlServer);
  },
  test: () => {
    levels.base();
    ensureEach(() => ensureDebianPackages([zstd, mariadb, chromiumAndEmoji]), ensureMysqlServer, ensureMotoServer);
  },
};

/** Goes on past what cannot be installed, so that one run names everything that is missing. */
function ensureEach(...steps) {
  const missing = [];
  for (const step of steps) {
    try {
      step();
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new NotReady(missing.join('\n'));
}

const level = process.argv[2] ?? 'test';
if (!Object.hasOwn(levels, level)) {
  console.error(`setup: no level "${level}"; there are ${Object.keys(levels).join(', ')}.`);
  process.exit(2);
}
try {
  levels[level]();
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(`setup: not ready yet.\n${error.message}`);
  process.exit(1);
}

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir, checkout } from './places.mjs';
import { NotReady, output, say, step } from './run.mjs';

const packages = join(checkout, 'node_modules');
const stamp = join(packages, '.tidemark-installed');
const lockfile = readFileSync(join(checkout, 'package-lock.json'));
const lockedNode = JSON.parse(lockfile).packages['node_modules/node'].version;

/** Installs what package-lock.json names, when it is not what is installed, and Node 24 with it. */
export function ensureNpmPackages() {
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (isLink(packages)) return say('node_modules is a link; leaving it to the checkout it points to');

  const env = Number.parseInt(process.versions.node, 10) < 24 ? withNode24First() : {};
  npm('installing npm packages', ['ci'], checkout, env);
  ensureNode24(env);
  writeFileSync(stamp, wanted);
}

/**
 * npm leaves out, without a word, native packages that do not name the Node it runs on, and later the compiler or the
 * bundler is missing its other half. So an older Node fetches Node 24 first, and npm installs on that.
 */
function withNode24First() {
  const folder = join(cacheDir, `node-${lockedNode}`);
  const platformPackage = `node-${process.platform}-${process.arch}`;
  const bin = join(folder, 'node_modules', platformPackage, 'bin');
  if (!isNode24(join(bin, 'node'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    npm(`fetching Node ${lockedNode}`, ['install', '--no-save', `${platformPackage}@${lockedNode}`], folder, {});
  }
  return { PATH: [bin, process.env.PATH].join(delimiter) };
}

/** The `node` package fetches its binary in an install script, which an npm set to ignore scripts leaves out. */
function ensureNode24(env) {
  const node = join(packages, '.bin', 'node');
  if (isNode24(node)) return;
  npm('installing Node 24', ['rebuild', 'node', '--ignore-scripts=false'], checkout, env);
  if (!isNode24(node)) {
    throw new NotReady('  node_modules/.bin/node is not Node 24. Remove node_modules and run this again.');
  }
}

function npm(line, args, cwd, env) {
  step(
    line,
    'npm',
    [
      ...args,
      '--no-audit',
      '--no-fund',
      '--fetch-retries=3',
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=8000',
    ],
    {
      cwd,
      env,
      orElse: 'Check that npm reaches its registry ("npm ping"), then run this again.',
    },
  );
}

function isNode24(program) {
  return output(program, ['--version']).startsWith('v24.');
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

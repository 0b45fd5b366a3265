import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { debootstrap, ensureDebianPackages } from './debian-packages.mjs';
import { cacheDir } from './places.mjs';
import { isProgram, isRoot, NotReady, say, step } from './run.mjs';

/**
 * Programs of Debian unstable in a folder of the cache, never installed: debootstrap finds the packages and all they
 * depend on, and checks their signatures; those that `wanted` matches are unpacked beside each other and run by their
 * own loader, so nothing has to be configured, mounted or entered. Unpacking is done under another name: an interrupted
 * one is not mistaken for a whole one.
 *
 * Answers whether it had to be fetched.
 *
 * @param {{ name: string, folder: string, program: string, packages: string[], wanted: RegExp, level: string, room: string }} what
 *   `program` is a path below `folder` that is there when all is; `level` is the setup level to run as root.
 */
export function unpackFromUnstable({ name, folder, program, packages, wanted, level, room }) {
  const isUnpacked = () => isProgram(join(folder, program));
  if (isUnpacked()) return false;
  if (!isRoot) {
    const command = `sudo env TIDEMARK_CACHE=${quote(cacheDir)} ${process.execPath} scripts/setup.mjs ${level}`;
    throw new NotReady(`  Missing: ${name}. Only root may fetch it. Run:\n    ${command}`);
  }
  ensureDebianPackages([debootstrap]);
  sweepInterrupted(folder);
  const partial = `${folder}.partial-${process.pid}`;
  const downloads = `${partial}-downloads`;
  mkdirSync(partial, { recursive: true });
  try {
    step(
      `fetching ${name} from Debian unstable (about 30 seconds)`,
      'debootstrap',
      [
        '--download-only',
        '--force-check-gpg',
        '--variant=minbase',
        `--include=${packages.join(',')}`,
        'sid',
        downloads,
      ],
      { orElse: `Check the network and the free disk space (${room}), then run this again.` },
    );
    const archives = join(downloads, 'var', 'cache', 'apt', 'archives');
    const chosen = readdirSync(archives).filter((file) => file.endsWith('.deb') && wanted.test(file));
    say(`unpacking ${name}`);
    for (const file of chosen) unpack(join(archives, file), partial);
    for (const useless of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var', 'etc']) {
      rmSync(join(partial, useless), { recursive: true, force: true });
    }
    // Another setup may have been faster; its folder is as good as ours.
    if (!isUnpacked()) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    }
    return true;
  } finally {
    rmSync(partial, { recursive: true, force: true });
    rmSync(downloads, { recursive: true, force: true });
  }
}

/** Shell words that run a program of such a folder with the libraries of that folder. */
export function runUnpacked(folder, program) {
  const libraries = join(folder, 'usr', 'lib', readdirSync(join(folder, 'usr', 'lib')).find(isLibraryFolder));
  const loader = join(
    libraries,
    readdirSync(libraries).find((file) => /^ld-linux-.*\.so\.\d$/.test(file)),
  );
  return [loader, '--library-path', libraries, join(folder, program)].map(quote).join(' ');
}

/** Writes an executable shell script whose body is `line`, unless it is there already. */
export function writeProgram(path, line) {
  const script = `#!/bin/sh\n${line}\n`;
  if (isProgram(path) && readFileSync(path, 'utf8') === script) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial-${process.pid}`;
  writeFileSync(partial, script);
  chmodSync(partial, 0o755);
  renameSync(partial, path);
}

/** Under sudo the cache must stay with the person whose tests will write into it. */
export function giveCacheBackToCaller() {
  if (process.env.SUDO_UID) spawnSync('chown', ['-R', `${process.env.SUDO_UID}:${process.env.SUDO_GID}`, cacheDir]);
}

export function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a Ctrl-C left behind. */
function sweepInterrupted(folder) {
  const parent = dirname(folder);
  const start = `${basename(folder)}.partial-`;
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const pid = name.startsWith(start) ? Number.parseInt(name.slice(start.length), 10) : 0;
    if (pid > 0 && !existsSync(`/proc/${pid}`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function unpack(archive, folder) {
  const result = spawnSync('dpkg-deb', ['-x', archive, folder], { encoding: 'utf8' });
  if (result.status !== 0)
    throw new NotReady(`  Could not unpack ${archive}: ${result.stderr ?? result.error?.message}`);
}

function isLibraryFolder(name) {
  return name.endsWith('-linux-gnu');
}

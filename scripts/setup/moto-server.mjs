import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { giveCacheBackToCaller, quote, runUnpacked, unpackFromUnstable, writeProgram } from './debian-unstable.mjs';
import { cacheDir, motoServer } from './places.mjs';
import { findProgram, isProgram } from './run.mjs';

const unpacked = join(cacheDir, 'moto-sid');

/** moto, which plays S3, KMS, SNS and SES for tests: the one on PATH, or Debian unstable's with a Python of its own. */
export function ensureMotoServer() {
  if (isProgram(motoServer)) return;
  const onPath = findProgram('moto_server');
  if (runs(onPath)) return writeProgram(motoServer, `exec ${quote(onPath)} "$@"`);
  const fetched = unpackFromUnstable({
    name: 'moto',
    folder: unpacked,
    program: 'usr/bin/moto_server',
    // cryptography depends on its back end under a virtual name, which debootstrap does not follow.
    packages: ['python3-moto', 'python3-flask-cors', 'python3-cffi-backend'],
    wanted: /^(lib|python3|zlib1g|media-types|tzdata)/,
    level: 'test',
    room: '500 MB',
  });
  const python = readdirSync(join(unpacked, 'usr', 'bin')).find((file) => /^python3\.\d+$/.test(file));
  const packages = join(unpacked, 'usr', 'lib', 'python3', 'dist-packages');
  const environment = `PYTHONHOME=${quote(join(unpacked, 'usr'))} PYTHONPATH=${quote(packages)} PYTHONPYCACHEPREFIX=${quote(join(cacheDir, 'moto', 'compiled'))}`;
  const script = quote(join(unpacked, 'usr', 'bin', 'moto_server'));
  writeProgram(motoServer, `${environment} exec ${runUnpacked(unpacked, `usr/bin/${python}`)} ${script} "$@"`);
  if (fetched) giveCacheBackToCaller();
}

/** A pyenv shim is on PATH and yet may lead nowhere. */
function runs(program) {
  return program !== undefined && spawnSync(program, ['--help'], { stdio: 'ignore' }).status === 0;
}

/**
 * Makes `dist`, or the folder named instead, which runs without `src`: what the compiler makes of it, and what the program reads as a
 * file. `package.json` is read too, for the version; it lies beside `dist` as it lies beside `src`.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = resolve(process.argv[2] ?? join(checkout, 'dist'));
const readAsFiles = ['recovery-kit/recover.mjs'];

rmSync(dist, { recursive: true, force: true });
const tsc = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
const project = join(checkout, 'tsconfig.build.json');
const compiled = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', dist], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(1);

for (const file of readAsFiles) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  copyFileSync(join(checkout, 'src', file), join(dist, file));
}
chmodSync(join(dist, 'main.js'), 0o755);

if (existsSync(join(dist, 'playground'))) throw new Error('dist has the playground: something of the bot imports it.');

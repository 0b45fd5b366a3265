import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something is missing that setup cannot bring itself. The message says what, and what to do next. */
export class NotReady extends Error {}

export const isRoot = process.getuid?.() === 0;

/** Says the one line that stands for a step, runs it silently, and shows what the program said only when it failed. */
export function step(line, program, args, { cwd, env, orElse }) {
  say(line);
  const result = spawnSync(findProgram(program) ?? program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status === 0) return result.stdout;
  const said = [result.error?.message, result.stderr, result.stdout].filter(Boolean).join('\n').trim();
  const end = said.split('\n').slice(-12).join('\n    ');
  throw new NotReady(`  "${program} ${args.join(' ')}" failed:\n    ${end}\n  ${orElse}`);
}

export function say(line) {
  console.error(`setup: ${line}`);
}

/** What the program prints, or an empty string when it is absent or fails. */
export function output(program, args) {
  const result = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return result.status === 0 ? result.stdout : '';
}

/** Full path of a program. Servers lie in sbin folders, which an ordinary user's PATH often leaves out. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder || '.', name)).find(isProgram);
}

export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

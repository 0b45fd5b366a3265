import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A directory with one program that stands in for a real one: asked for its version or help it is the real one, otherwise it runs
 * `script`, a piece of shell in which `real "$@"` is what it stands in for.
 */
export function wrapProgram(directory: string, name: string, real: string, script: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(
    path,
    `#!/bin/sh
real() { '${real}' "$@"; }
case "$*" in *--version*|*--help*) real "$@"; exit;; esac
${script}
`,
  );
  chmodSync(path, 0o755);
  return directory;
}

/** A small disk of its own, which only root can have; undefined for others. */
export function mountSmallDisk(path: string, bytes: number): (() => void) | undefined {
  if (process.getuid?.() !== 0) return undefined;
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tidemark-test', path]);
  return () => void execFileSync('umount', [path]);
}

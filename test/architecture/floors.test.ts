import { expect, test } from 'vitest';
import { findCycles, problemsOf } from './floors.ts';
import { codeBelow, importsIn, importsOf } from './read-imports.ts';

const imports = codeBelow('src').flatMap(importsOf);

test('imports point down, through one door per outside thing', () => {
  expect(imports.length).toBeGreaterThan(50);
  expect(imports.flatMap(problemsOf)).toEqual([]);
});

test('no files import one another in a ring', () => {
  expect(findCycles(imports)).toEqual([]);
});

test.each([
  ['src/domain/job.ts', "import type { State } from '../ports/state.ts'"],
  ['src/domain/job.ts', "import { readFile } from 'node:fs/promises'"],
  ['src/ports/clock.ts', "export { prune } from '../operations/prune.ts'"],
  ['src/adapters/state/jobs.ts', "import { x } from '../repository/walk-files.ts'"],
  ['src/adapters/mysql/dump.ts', "import { execa } from 'execa'"],
  ['src/adapters/process/run-program.ts', "import { spawn } from 'node:child_process'"],
  ['src/operations/prune.ts', "const { openState } = await import('../adapters/state/open-state.ts')"],
  ['src/operations/prune.ts', "export * from '../surfaces/cli/cli.ts'"],
  ['src/adapters/repository/local-repository.ts', "import { S3Client } from '@aws-sdk/client-s3'"],
  ['src/operations/prune.ts', "import mysql from 'mysql2/promise'"],
  ['src/surfaces/cli/status.ts', "import { systemClock } from '../../adapters/clock/system-clock.ts'"],
  ['src/surfaces/cli/status.ts', "import { crashPointNames } from '../../ports/crash-point.ts'"],
  ['src/surfaces/cli/status.ts', "import type { App } from '@slack/bolt'"],
  ['src/surfaces/cli/status.ts', "import { blocks } from '../slack/blocks.ts'"],
  ['src/surfaces/cli/status.ts', "import { loadConfig } from '../../config/load-config.ts'"],
  ['src/config/schema.ts', "import { openState } from '../adapters/state/open-state.ts'"],
  ['src/playground/server.ts', "import { Failure } from '../domain/failure.ts'"],
  ['src/main.ts', "import { playground } from './playground/playground.ts'"],
  ['src/operations/prune.ts', "import { openWorld } from '../wiring/open-world.ts'"],
  ['src/elsewhere/x.ts', "import { Failure } from '../domain/failure.ts'"],
])('in %s, `%s` is found', (path, line) => {
  expect(importsIn(path, line).flatMap(problemsOf)).toHaveLength(1);
});

test.each([
  ['src/surfaces/cli/status.ts', "import type { Clock } from '../../ports/clock.ts'"],
  ['src/adapters/mysql/dump.ts', "import { runProgram } from '../process/run-program.ts'"],
  ['src/config/schema.ts', "import { localSettings } from '../adapters/repository/local-settings.ts'"],
  ['src/playground/server.ts', "import type { Block } from '@slack/types'"],
  ['src/main.ts', "import { openState } from './adapters/state/open-state.ts'"],
  ['src/wiring/open-world.ts', "import { openState } from '../adapters/state/open-state.ts'"],
])('in %s, `%s` may stay', (path, line) => {
  expect(importsIn(path, line).flatMap(problemsOf)).toEqual([]);
});

test('a ring of three files is found', () => {
  const ring = ['a b', 'b c', 'c a', 'c d'].map((pair) => {
    const [from = '', to = ''] = pair.split(' ');
    return { from, to, own: true, typeOnly: false };
  });
  expect(findCycles(ring)).toEqual(['a > b > c > a']);
});

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeBelow } from './read-imports.ts';

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

test.each([
  ['src', 300],
  ['test', 400],
])('no file of %s is longer than %i lines', (directory, most) => {
  const lengths = codeBelow(directory).map(
    (path) => [path, readFileSync(path, 'utf8').split('\n').length - 1] as const,
  );
  expect(lengths.filter(([, lines]) => lines > most)).toEqual([]);
});

test('no tracked file names a package registry, nor a path of the machine it was written on', () => {
  // Put together here, so that this file does not find itself.
  const unwanted = [
    /registry\.[a-z0-9-]+\.[a-z]+/,
    new RegExp(`(?<![\\w.-])${['', 'work'].join('/')}(?![\\w-])`),
    new RegExp(['shared', '(design|lessons|style|procedures)'].join('/')),
  ];
  const found = tracked.flatMap((path) => {
    const lines = readFileSync(path, 'latin1').split('\n');
    return lines.flatMap((line, index) => (unwanted.some((each) => each.test(line)) ? [`${path}:${index + 1}`] : []));
  });
  expect(tracked.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

test('the lock file names no place that packages come from', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved"');
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { codeBelow, importsOf } from './read-imports.ts';

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

/** The instructions of the Dockerfile, each on one line, by stage; those before the first FROM come first. */
function readStages(): Instruction[][] {
  const lines = readFileSync('Dockerfile', 'utf8')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const stages: Instruction[][] = [[]];
  for (const line of lines) {
    const [name = '', ...words] = line.split(/\s+/);
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, words });
  }
  return stages;
}

const stages = readStages();
const all = stages.flat();
const copies = all.filter(({ name }) => name === 'COPY');

test('images come from the official ones, by name alone', () => {
  const defaults = new Map(
    all.filter(({ name }) => name === 'ARG').map(({ words: [word = ''] }) => word.split('=') as [string, string]),
  );
  const images = all
    .filter(({ name }) => name === 'FROM')
    .map(({ words: [image = ''] }) => image.replace(/\$\{(\w+)\}/, (_, name: string) => defaults.get(name) ?? ''));
  expect(images.length).toBeGreaterThan(3);
  expect(images.filter((image) => !/^(node:24|mysql:|mariadb:)[\w.-]*$/.test(image))).toEqual([]);
});

test('what is copied from the checkout is there, and is let through to the builder', () => {
  const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
  const sources = copies.filter(({ words }) => !words[0]?.startsWith('--')).flatMap(({ words }) => words.slice(0, -1));
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  expect(sources.filter((source) => !ignore.includes(`!${source}`))).toEqual([]);
  expect(ignore).toContain('src/playground');
});

test('what is copied from another stage comes from one that there is', () => {
  const names = all.filter(({ name }) => name === 'FROM').map(({ words }) => words[2]);
  const wanted = copies.flatMap(({ words: [first = ''] }) => /^--from=(.+)$/.exec(first)?.[1] ?? []);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
});

test('the bot does not run as root', () => {
  const last = stages.at(-1)?.filter(({ name }) => name === 'USER');
  expect(last?.at(-1)?.words).toEqual(['node']);
});

test('what the bot imports when it runs is installed without the packages of developers', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  const modules = codeBelow('src')
    .filter((path) => !path.startsWith('src/playground/'))
    .flatMap(importsOf)
    .filter(({ own, typeOnly, to }) => !own && !typeOnly && !to.startsWith('node:'))
    .map(({ to }) => to.split('/', to.startsWith('@') ? 2 : 1).join('/'));
  expect(new Set(modules).size).toBeGreaterThan(5);
  expect([...new Set(modules)].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

test('a client is collected with its libraries and runs from where it was put', () => {
  const folder = temporaryDirectory();
  const machine = join(folder, 'machine');
  mkdirSync(machine);
  // Any program serves: what matters is that it is found, copied with what it links to, and started.
  symlinkSync('/bin/cat', join(machine, 'mysqldump'));
  const path = `${machine}:/usr/bin:/bin`;
  const collected = join(folder, 'client');
  execFileSync('sh', ['scripts/collect-client.sh', collected], { env: { PATH: path } });
  const said = execFileSync(join(collected, 'bin', 'mysqldump'), { input: 'a row', env: {}, encoding: 'utf8' });
  expect(said).toBe('a row');
});

test('a machine without a client is told so', () => {
  const collect = () =>
    execFileSync('/bin/sh', ['scripts/collect-client.sh', join(temporaryDirectory(), 'client')], {
      env: { PATH: onlyBasics() },
      stdio: 'pipe',
    });
  expect(collect).toThrow(/no client program/);
});

/** A PATH with what the script itself needs. */
function onlyBasics(): string {
  const folder = temporaryDirectory();
  symlinkSync('/bin/mkdir', join(folder, 'mkdir'));
  return folder;
}

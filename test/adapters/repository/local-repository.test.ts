import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { explainRepositoryFault } from '../../../src/adapters/repository/explain-repository-fault.ts';
import { localRepository } from '../../../src/adapters/repository/local-repository.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { keys } from '../../contract/repository.ts';
import { failureOf } from '../../support/failure-of.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;

async function openedIn(path = join(temporaryDirectory(), 'repository')) {
  const repository = localRepository({ path });
  await repository.prepare();
  return { path, repository };
}

test.each([0o000, 0o022, 0o077])('is for its owner alone, even under a umask of %s', async (mask) => {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
  const { path, repository } = await openedIn(join(temporaryDirectory(), 'deep', 'repository'));
  await repository.put('a/b/c', Buffer.from('x'));
  for (const directory of ['', 'a', 'a/b']) expect(statSync(join(path, directory)).mode & 0o777).toBe(0o700);
  expect(statSync(join(path, 'a/b/c')).mode & 0o777).toBe(0o600);
});

test('what an interrupted write left is not listed, and swept where asked only', async () => {
  const { path, repository } = await openedIn();
  await repository.put('alumni/full/one/manifest', Buffer.from('x'));
  mkdirSync(join(path, 'alumni/full/two/parts'), { recursive: true });
  writeFileSync(join(path, 'alumni/full/two/parts/.010-structure.partial-0123456789ab'), 'half');
  writeFileSync(join(path, 'alumni/full/one/.keys.partial-0123456789ab'), 'half');

  expect(await keys(repository, '')).toEqual(['alumni/full/one/manifest']);
  expect(await repository.sweepUnfinished('alumni/full/two/')).toBe(1);
  expect(existsSync(join(path, 'alumni/full/two'))).toBe(false);
  expect(await repository.sweepUnfinished('alumni/full/one/m')).toBe(0);
  expect(await repository.sweepUnfinished('')).toBe(1);
  expect(readdirSync(join(path, 'alumni/full/one'))).toEqual(['manifest']);
});

test('removing the last object of a directory removes the directory, never the root', async () => {
  const { path, repository } = await openedIn();
  await repository.put('a/b/c/one', Buffer.from('x'));
  await repository.put('a/two', Buffer.from('x'));
  await repository.remove('a/b/c/one');
  expect(readdirSync(join(path, 'a'))).toEqual(['two']);
  await repository.remove('a/two');
  expect(readdirSync(path)).toEqual([]);
});

test('a link that leads out of it is not followed for writing, reading, listing or removing', async () => {
  const { path, repository } = await openedIn();
  const outside = temporaryDirectory();
  writeFileSync(join(outside, 'secret'), 'secret');
  symlinkSync(outside, join(path, 'escape'));
  symlinkSync(join(outside, 'secret'), join(path, 'file'));

  for (const work of [
    () => repository.put('escape/new', Buffer.from('x')),
    () => repository.get('escape/secret'),
    () => repository.remove('escape/secret'),
    () => keys(repository, 'escape/'),
  ]) {
    const failure = await failureOf(work);
    expect(failure.code).toBe('repository-unavailable');
    expect(failure.hint).toContain('Remove the link');
  }
  await expect(repository.get('file')).rejects.toThrow();
  expect(await repository.stat('file')).toBeUndefined();
  expect(await keys(repository, '')).toEqual([]);
  expect(readdirSync(outside)).toEqual(['secret']);
  await repository.put('file', Buffer.from('mine'));
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
});

test('may itself be reached through a link', async () => {
  const real = temporaryDirectory();
  const path = join(temporaryDirectory(), 'link');
  symlinkSync(real, path);
  const { repository } = await openedIn(path);
  await repository.put('a/b', Buffer.from('x'));
  expect(await keys(repository, 'a/')).toEqual(['a/b']);
});

test('when its directory has gone, nothing is made anew in its place and nothing seems empty', async () => {
  const path = join(temporaryDirectory(), 'unmounted');
  const repository = localRepository({ path });
  for (const work of [
    () => repository.put('a/b', Buffer.from('x')),
    () => repository.get('a/b'),
    () => repository.stat('a/b'),
    () => keys(repository, ''),
    () => repository.sweepUnfinished(''),
    () => repository.freeBytes(),
  ]) {
    const failure = await failureOf(work);
    expect(failure.code).toBe('repository-unavailable');
    expect(failure.hint).toContain('mounted');
  }
  expect(existsSync(path)).toBe(false);
});

test('a path that is a file is an unavailable repository', async () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, '');
  const failure = await failureOf(() => localRepository({ path }).prepare());
  expect(failure.code).toBe('repository-unavailable');
});

test('a directory that may not be written is unavailable, with the command that mends it', async () => {
  const { path, repository } = await openedIn();
  chmodSync(path, 0o500);
  // Root may write anywhere, so it is somebody else for a moment.
  if (isRoot) process.seteuid?.(65534);
  const failure = await failureOf(() => repository.prepare()).finally(() => isRoot && process.seteuid?.(0));
  expect(failure).toMatchObject({ code: 'repository-unavailable', hint: expect.stringContaining('chown') });
});

test.each([
  ['ENOSPC', 'disk-full', 'space'],
  ['EDQUOT', 'disk-full', 'space'],
  ['EACCES', 'repository-unavailable', 'chown'],
  ['EROFS', 'repository-unavailable', 'mount it writable'],
  ['EIO', 'repository-unavailable', 'dmesg'],
])('%s is explained as %s', (code, expected, hint) => {
  const fault = Object.assign(new Error(`${code}: no, write`), { code, syscall: 'write' });
  const failure = explainRepositoryFault(fault, 'primary', '/backup');
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ code: expected, hint: expect.stringContaining(hint), cause: fault });
  expect((failure as Failure).message).toContain('/backup');
});

test.runIf(mayMount())('a disk that fills up fails the write as disk-full and keeps nothing of it', async () => {
  const path = smallDisk(2);
  const { repository } = await openedIn(path);
  await repository.put('a/small', randomBytes(100_000));
  const body = Readable.from(Array.from({ length: 100 }, () => randomBytes(100_000)));
  const failure = await failureOf(() => repository.put('a/b/large', body));
  expect(failure.code).toBe('disk-full');
  expect(failure.hint).toContain('Free space');
  expect(body.destroyed).toBe(true);
  expect(await keys(repository, '')).toEqual(['a/small']);
  expect(readdirSync(join(path, 'a'))).toEqual(['small']);
  expect(await repository.freeBytes()).toBeGreaterThan(1_500_000);
  await repository.put('a/b/next', randomBytes(100_000));
});

test.runIf(mayMount())('a disk that is mounted read-only is unavailable, and can still be read', async () => {
  const path = smallDisk(1);
  const { repository } = await openedIn(path);
  await repository.put('a/b', Buffer.from('x'));
  execFileSync('mount', ['-o', 'remount,ro', path]);
  for (const work of [
    () => repository.prepare(),
    () => repository.put('c', Buffer.from('x')),
    () => repository.remove('a/b'),
  ]) {
    const failure = await failureOf(work);
    expect(failure).toMatchObject({
      code: 'repository-unavailable',
      hint: expect.stringContaining('mount it writable'),
    });
  }
  expect(await keys(repository, '')).toEqual(['a/b']);
});

/** A container may withhold mounting even from root; the explanation of ENOSPC is tested above all the same. */
function mayMount(): boolean {
  if (!isRoot) return false;
  const probe = mkdtempSync(join(tmpdir(), 'tidemark-mount-'));
  try {
    mountSmall(probe, 1);
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
}

function smallDisk(megabytes: number): string {
  const path = temporaryDirectory();
  mountSmall(path, megabytes);
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}

function mountSmall(path: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
}

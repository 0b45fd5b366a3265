import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Repository, StoredObject } from '../../src/ports/repository.ts';
import { failureOf } from '../support/failure-of.ts';

/** What every repository keeps to. `open` gives a new, empty and prepared one. */
export function repositoryContract(open: () => Promise<Repository>): void {
  describe('storing', () => {
    test('gives back the bytes of a buffer and of a stream', async () => {
      const repository = await open();
      const bytes = randomBytes(3_000_000);
      await repository.put('a/buffer', bytes);
      await repository.put('a/stream', Readable.from(pieces(bytes, 70_001)));
      expect(bytes.equals(await read(repository, 'a/buffer'))).toBe(true);
      expect(bytes.equals(await read(repository, 'a/stream'))).toBe(true);
    });

    test('stores an object of no bytes', async () => {
      const repository = await open();
      await repository.put('empty', new Uint8Array());
      await repository.put('empty-stream', Readable.from([]));
      expect(await keys(repository, '')).toEqual(['empty', 'empty-stream']);
      expect((await read(repository, 'empty-stream')).length).toBe(0);
    });

    test('answers what stat answers afterwards', async () => {
      const repository = await open();
      const stored = await repository.put('a/b', Buffer.from('hello'));
      expect(stored).toMatchObject({ key: 'a/b', bytes: 5 });
      expect(await repository.stat('a/b')).toEqual(stored);
    });

    test('replaces an object', async () => {
      const repository = await open();
      await repository.put('a', Buffer.from('the first'));
      await repository.put('a', Buffer.from('second'));
      expect(String(await read(repository, 'a'))).toBe('second');
    });

    test('if absent, refuses to replace and leaves what was there', async () => {
      const repository = await open();
      await repository.put('a', Buffer.from('first'), { ifAbsent: true });
      const failure = await failureOf(() => repository.put('a', Buffer.from('second'), { ifAbsent: true }));
      expect(failure.code).toBe('object-exists');
      expect(failure.message).toContain('a');
      expect(String(await read(repository, 'a'))).toBe('first');
      expect(await repository.sweepUnfinished('')).toBe(0);
    });

    test('if absent, lets exactly one of many win', async () => {
      const repository = await open();
      const tries = Array.from({ length: 8 }, (_, index) =>
        repository.put('dir/a', Buffer.from(String(index)), { ifAbsent: true }),
      );
      const results = await Promise.allSettled(tries);
      const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(String(await read(repository, 'dir/a'))).toBe(String(winners[0]));
      expect(await repository.sweepUnfinished('')).toBe(0);
    });

    test('with a tag, replaces the very object that has it, and refuses when it was replaced or removed', async () => {
      const repository = await open();
      const first = await repository.put('a', Buffer.from('first'));
      expect(first.tag).toBeTruthy();
      const second = await repository.put('a', Buffer.from('other'), { ifTag: first.tag ?? '' });
      expect(second.tag).not.toBe(first.tag);
      expect((await repository.stat('a'))?.tag).toBe(second.tag);
      const late = () => repository.put('a', Buffer.from('third'), { ifTag: first.tag ?? '' });
      expect((await failureOf(late)).code).toBe('object-changed');
      expect(String(await read(repository, 'a'))).toBe('other');
      await repository.remove('a');
      const gone = () => repository.put('a', Buffer.from('third'), { ifTag: second.tag ?? '' });
      expect((await failureOf(gone)).code).toBe('object-changed');
      expect(await keys(repository, '')).toEqual([]);
      expect(await repository.sweepUnfinished('')).toBe(0);
    });

    test('shows nothing before the whole object is there', async () => {
      const repository = await open();
      const body = new Readable({ read() {} });
      const done = repository.put('a/slow', body);
      body.push(randomBytes(200_000));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await repository.stat('a/slow')).toBeUndefined();
      expect(await keys(repository, '')).toEqual([]);
      body.push(null);
      await done;
      expect(await keys(repository, '')).toEqual(['a/slow']);
    });
  });

  describe('a write that does not end well leaves nothing', () => {
    test('when the body fails, which comes out untouched', async () => {
      const repository = await open();
      const fault = Object.assign(new Error('the dump died'), { code: 'ENOSPC', syscall: 'write' });
      const body = Readable.from(
        (function* () {
          yield randomBytes(100_000);
          throw fault;
        })(),
      );
      await expect(repository.put('a/b/c', body)).rejects.toBe(fault);
      await expectNothing(repository);
    });

    test('when the body failed before', async () => {
      const repository = await open();
      const fault = new Error('already dead');
      const body = new Readable({ read() {} });
      body.on('error', () => {});
      body.destroy(fault);
      await new Promise((resolve) => body.once('close', resolve));
      await expect(repository.put('a/b/c', body)).rejects.toThrow();
      await expectNothing(repository);
    });

    test('when the body is cut off without an error', async () => {
      const repository = await open();
      const body = new Readable({ read() {} });
      body.push(randomBytes(1000));
      const done = repository.put('a/b/c', body);
      setTimeout(() => body.destroy(), 20);
      await expect(done).rejects.toThrow();
      await expectNothing(repository);
    });

    test('when it is aborted while the body is silent: the reason comes out and the body is destroyed', async () => {
      const repository = await open();
      const abort = new AbortController();
      const body = new Readable({ read() {} });
      body.push(randomBytes(1000));
      const done = repository.put('a/b/c', body, { signal: abort.signal });
      const reason = new Error('SIGTERM');
      setTimeout(() => abort.abort(reason), 20);
      await expect(done).rejects.toBe(reason);
      expect(body.destroyed).toBe(true);
      await expectNothing(repository);
    });

    test('when it was aborted before it began', async () => {
      const repository = await open();
      const body = Readable.from([randomBytes(10)]);
      const reason = new Error('too late');
      await expect(repository.put('a', body, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      await expectNothing(repository);
    });

    test('and an object that was there before stays', async () => {
      const repository = await open();
      await repository.put('a', Buffer.from('old'));
      const body = new Readable({
        read() {
          this.destroy(new Error('no'));
        },
      });
      await expect(repository.put('a', body)).rejects.toThrow('no');
      expect(String(await read(repository, 'a'))).toBe('old');
    });
  });

  describe('reading', () => {
    test('fails for an object that is not there, in a directory or not', async () => {
      const repository = await open();
      await repository.put('a/b', Buffer.from('x'));
      for (const key of ['none', 'a', 'a/c', 'none/at/all', 'a/b/c']) {
        const failure = await failureOf(() => repository.get(key));
        expect(failure.code, key).toBe('object-missing');
        expect(await repository.stat(key), key).toBeUndefined();
      }
    });

    test('begins where asked, and gives nothing past the end', async () => {
      const repository = await open();
      await repository.put('a', Buffer.from('0123456789'));
      expect(String(await read(repository, 'a', { start: 7 }))).toBe('789');
      expect(String(await read(repository, 'a', { start: 10 }))).toBe('');
      expect(String(await read(repository, 'a', { start: 99 }))).toBe('');
    });

    test('stops when it is aborted', async () => {
      const repository = await open();
      await repository.put('a', randomBytes(5_000_000));
      const abort = new AbortController();
      const stream = await repository.get('a', { signal: abort.signal });
      await once(stream, 'readable');
      abort.abort();
      await expect(buffer(stream)).rejects.toThrow();
      await expect(repository.get('a', { signal: abort.signal })).rejects.toThrow();
    });

    test('can be left half-way', async () => {
      const repository = await open();
      await repository.put('a', randomBytes(5_000_000));
      const stream = await repository.get('a');
      for await (const _bytes of stream) break;
      expect(stream.destroyed).toBe(true);
    });
  });

  describe('listing', () => {
    test('is in key order, where `/` counts as the character it is', async () => {
      const repository = await open();
      const all = ['a', 'b-c', 'b.c', 'b/a/x', 'b/a-b', 'b/b', 'b0', 'Z', 'c_1'];
      for (const key of all) await repository.put(key, Buffer.from(key));
      const sorted = [...all].sort((one, two) => (one < two ? -1 : 1));
      expect(await keys(repository, '')).toEqual(sorted);
      expect(await keys(repository, 'b')).toEqual(sorted.filter((key) => key.startsWith('b')));
      expect(await keys(repository, 'b/')).toEqual(['b/a-b', 'b/a/x', 'b/b']);
      expect(await keys(repository, 'b/a')).toEqual(['b/a-b', 'b/a/x']);
      expect(await keys(repository, 'b/a/')).toEqual(['b/a/x']);
      expect(await keys(repository, 'none/')).toEqual([]);
    });

    test('tells sizes, and survives objects that are removed on the way', async () => {
      const repository = await open();
      for (const key of ['a/1', 'a/2', 'a/3']) await repository.put(key, Buffer.from(key));
      const seen: StoredObject[] = [];
      for await (const object of repository.list('a/')) {
        seen.push(object);
        await repository.remove(object.key);
      }
      expect(seen.map(({ key, bytes }) => [key, bytes])).toEqual([
        ['a/1', 3],
        ['a/2', 3],
        ['a/3', 3],
      ]);
      expect(await keys(repository, '')).toEqual([]);
    });
  });

  describe('removing', () => {
    test('takes one object and leaves its neighbours; a second time is fine', async () => {
      const repository = await open();
      await repository.put('a/b/one', Buffer.from('1'));
      await repository.put('a/b/two', Buffer.from('2'));
      await repository.remove('a/b/one');
      await repository.remove('a/b/one');
      await repository.remove('never/was');
      expect(await keys(repository, '')).toEqual(['a/b/two']);
    });

    test('while others write beside it takes nothing of theirs away', async () => {
      const repository = await open();
      const rounds = Array.from({ length: 20 }, (_, index) => index);
      await Promise.all([
        ...rounds.map(async (index) => {
          await repository.put(`a/b/gone-${index}`, Buffer.from('x'));
          await repository.remove(`a/b/gone-${index}`);
        }),
        ...rounds.map((index) => repository.put(`a/b/kept-${index}`, Buffer.from('x'))),
      ]);
      expect(await keys(repository, 'a/')).toEqual(rounds.map((index) => `a/b/kept-${index}`).sort());
    });
  });

  describe('giving up', () => {
    test('leaves the neighbours as they are, and what is given up either whole or gone; a second time is fine', async () => {
      const repository = await open();
      await repository.put('a/b/one', Buffer.from('1'));
      await repository.put('a/b/two', Buffer.from('2'));
      await repository.expire('a/b/one');
      await repository.expire('a/b/one');
      await repository.expire('never/was');
      expect(String(await read(repository, 'a/b/two'))).toBe('2');
      const left = await repository.stat('a/b/one');
      if (left) expect(String(await read(repository, 'a/b/one'))).toBe('1');
      expect(await keys(repository, '')).toEqual(left ? ['a/b/one', 'a/b/two'] : ['a/b/two']);
    });

    test('is fine for what was removed already', async () => {
      const repository = await open();
      await repository.put('a', Buffer.from('x'));
      await repository.remove('a');
      await repository.expire('a');
      expect(await keys(repository, '')).toEqual([]);
    });
  });

  describe('keys', () => {
    const wrong = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/../b',
      'a/..',
      '.hidden',
      'a/.b',
      'a b',
      'ä',
      'a\\b',
      'a\0b',
      'x'.repeat(300),
    ];
    test.each(wrong)('%j is none', async (key) => {
      const repository = await open();
      await expect(async () => repository.put(key, Buffer.from('x'))).rejects.toThrow('not an object key');
      await expect(async () => repository.get(key)).rejects.toThrow('not an object key');
      await expect(async () => repository.stat(key)).rejects.toThrow('not an object key');
      await expect(async () => repository.remove(key)).rejects.toThrow('not an object key');
      await expect(async () => repository.expire(key)).rejects.toThrow('not an object key');
    });

    test.each(['../', '/', 'a/../', '.a/', '*'])('%j is no prefix', async (prefix) => {
      const repository = await open();
      await expect(keys(repository, prefix)).rejects.toThrow('not an object prefix');
      await expect(async () => repository.sweepUnfinished(prefix)).rejects.toThrow('not an object prefix');
    });
  });

  test('prepares again what is prepared, leaving what it holds', async () => {
    const repository = await open();
    await repository.put('a', Buffer.from('x'));
    await repository.prepare();
    expect(await keys(repository, '')).toEqual(['a']);
  });
}

export async function keys(repository: Repository, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of repository.list(prefix)) found.push(key);
  return found;
}

export async function read(repository: Repository, key: string, options?: { start: number }): Promise<Buffer> {
  return buffer(await repository.get(key, options));
}

async function expectNothing(repository: Repository): Promise<void> {
  expect(await keys(repository, '')).toEqual([]);
  expect(await repository.sweepUnfinished('')).toBe(0);
}

function* pieces(bytes: Buffer, length: number): Iterable<Buffer> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

import { expect, test } from 'vitest';
import { memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { keys, read } from '../../contract/repository.ts';
import { failureOf } from '../../support/failure-of.ts';

test('fails the write it was told to, once, and stores nothing of it', async () => {
  const repository = memoryRepository();
  repository.failOnWrite(2);
  await repository.put('one', Buffer.from('1'));
  expect((await failureOf(() => repository.put('two', Buffer.from('2')))).code).toBe('repository-unavailable');
  await repository.put('three', Buffer.from('3'));
  expect(await keys(repository, '')).toEqual(['one', 'three']);
});

test('fails with the error it was given, even for an object of no bytes', async () => {
  const repository = memoryRepository();
  const fault = new Error('mine');
  repository.failOnWrite(1, fault);
  await expect(repository.put('one', new Uint8Array())).rejects.toBe(fault);
});

test('flips one bit or cuts the end off', async () => {
  const repository = memoryRepository();
  await repository.put('a', Buffer.from([0, 0, 0]));
  repository.corrupt('a', 1);
  repository.corrupt('a', -1);
  expect([...(await read(repository, 'a'))]).toEqual([0, 1, 1]);
  repository.truncate('a', 1);
  expect([...repository.bytes('a')]).toEqual([0]);
});

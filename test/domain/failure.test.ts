import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { FAILURES, Failure, type FailureCode, toFailure } from '../../src/domain/failure.ts';

describe('a failure of the operating system', () => {
  const cases: [string, FailureCode, RegExp][] = [
    ['ENOSPC', 'disk-full', /Free space at \/backup/],
    ['EDQUOT', 'disk-full', /Free space/],
    ['EACCES', 'configuration', /Let the user/],
    ['EROFS', 'configuration', /\/backup/],
    ['ENOENT', 'configuration', /exists/],
    ['EMFILE', 'internal', /ulimit/],
    ['EIO', 'internal', /report/],
  ];
  test.each(cases)('%s becomes %s with its next step', (code, expected, hint) => {
    const error = Object.assign(new Error(`${code}: write`), { code, path: '/backup' });
    const failure = toFailure(error);
    expect(failure).toMatchObject({ code: expected, message: `${code}: write`, cause: error });
    expect(failure.hint).toMatch(hint);
  });

  test('keeps the path that a real one names', async () => {
    const failure = await readFile('/nowhere/at/all').catch(toFailure);
    expect(failure).toMatchObject({ code: 'configuration', hint: expect.stringContaining('/nowhere/at/all') });
  });
});

test('anything unknown is internal, even what is not an error', () => {
  expect(toFailure('boom')).toMatchObject({ code: 'internal', message: 'boom', exitStatus: 1 });
  expect(toFailure(undefined)).toBeInstanceOf(Failure);
});

test('an aborted signal is a cancellation', () => {
  expect(toFailure(AbortSignal.abort().reason)).toMatchObject({ code: 'cancelled', retryable: true });
});

test('a failure stays the same failure', () => {
  const failure = new Failure('refused', 'No.', { hint: 'Ask somebody else.' });
  expect(toFailure(failure)).toBe(failure);
});

test('exit status and retryable come from the one table, and retryable can be said otherwise', () => {
  for (const [code, { exitStatus, retryable }] of Object.entries(FAILURES)) {
    expect(new Failure(code as FailureCode, 'x', { hint: 'y' })).toMatchObject({ exitStatus, retryable });
  }
  expect(new Failure('disk-full', 'x', { hint: 'y', retryable: true }).retryable).toBe(true);
  expect(FAILURES).toMatchObject({
    integrity: { exitStatus: 4 },
    refused: { exitStatus: 3 },
    usage: { exitStatus: 2 },
  });
});

import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keyOf } from '../../src/adapters/crypto/key-file.ts';
import { setKeyOf } from '../../src/adapters/crypto/set-key.ts';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { progressMeter } from '../../src/operations/progress-meter.ts';
import { storeParts } from '../../src/operations/store-parts.ts';
import type { Dump } from '../../src/ports/source.ts';
import { failureOf } from '../support/failure-of.ts';
import { manualClock } from '../support/manual-clock.ts';

const id = '20261123T020000Z-full-alumni-x7k2';
const name = 'parts/100-data.sql.zst';

/** A dump of one part; its bytes are what the test writes. */
function playedDump(): { dump: Dump; bytes: PassThrough } {
  const bytes = new PassThrough();
  const layout = { parts: [{ name, role: 'data' as const, tables: [], estimatedBytes: 100 }] };
  const finished = new Promise<{ rawBytes: number }>((resolve) => bytes.on('end', () => resolve({ rawBytes: 10 })));
  // Only what storing parts touches.
  const dump = { layout, open: async () => ({ bytes, finished }) } as unknown as Dump;
  return { dump, bytes };
}

function storing(dump: Dump, clock = manualClock('2026-11-23T02:00:00Z')) {
  const repository = memoryRepository();
  const setKey = setKeyOf(id, keyOf('k', Buffer.alloc(32, 1)).bytes);
  const writer = { repository, prefix: 'set/', setKey, signal: new AbortController().signal };
  const stored = storeParts(writer, dump, { readers: 2, meter: progressMeter(() => {}), crashPoint: () => {}, clock });
  return { stored, repository, clock };
}

test('a dump that stands still for a quarter of an hour is ended, and leaves no object', async () => {
  const { dump, bytes } = playedDump();
  const { stored, repository, clock } = storing(dump);
  const failure = failureOf(() => stored);
  bytes.write('a few bytes');
  await pause(20);
  await clock.advance(16 * 60_000);
  expect(await failure).toMatchObject({ code: 'dump-incomplete', retryable: true });
  expect(repository.keys()).toEqual([]);
});

test('a slow dump is none that stands still', async () => {
  const { dump, bytes } = playedDump();
  const { stored, clock } = storing(dump);
  for (let minutes = 0; minutes < 40; minutes += 10) {
    bytes.write(Buffer.alloc(2 * 1024 * 1024));
    await pause(20);
    await clock.advance(10 * 60_000);
  }
  bytes.end();
  expect(await stored).toMatchObject([{ name }]);
});

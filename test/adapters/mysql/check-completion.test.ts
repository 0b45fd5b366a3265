import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkCompletion } from '../../../src/adapters/mysql/check-completion.ts';
import { withFrameHeader } from '../../../src/domain/zstd-frames.ts';

const rows = `INSERT INTO \`t\` VALUES ${'(1),'.repeat(100)}(2);\n`;
const last = '-- Dump completed on 2026-11-23  2:00:00\n';

/** Frames of this SQL, in chunks of a few bytes, through the check: what it says, and what came out. */
async function check(...frames: string[]): Promise<boolean> {
  const compressed = Buffer.concat(frames.map((sql) => withFrameHeader(zstdCompressSync(Buffer.from(sql)))));
  const chunks = Array.from({ length: Math.ceil(compressed.length / 7) }, (_, at) =>
    compressed.subarray(at * 7, at * 7 + 7),
  );
  const { stream, complete } = checkCompletion();
  expect(await buffer(Readable.from(chunks).pipe(stream))).toEqual(compressed);
  return complete;
}

describe('a dump is complete', () => {
  it.each([
    ['when its last line says so', [rows, last]],
    ['when that is all there is', [last]],
    ['when all is in one frame', [rows + last]],
    ['wherever a frame ends within the last line', [rows + last.slice(0, 10), last.slice(10)]],
    ['when the last frame has but its last byte', [rows + last.slice(0, -1), '\n']],
    ['without a time', [`${rows}-- Dump completed\n`]],
  ])('%s', async (_, frames) => {
    expect(await check(...frames)).toBe(true);
  });
});

describe('a dump is not complete', () => {
  it.each([
    ['that stops between rows', [rows]],
    ['that stops within the last line', [rows, '-- Dump comp']],
    ['with something after the last line', [rows + last, rows]],
    ['whose data has the words', [`${rows}INSERT INTO t VALUES ('-- Dump completed');\n`]],
    ['of no bytes at all', []],
  ])('%s', async (_, frames) => {
    expect(await check(...frames)).toBe(false);
  });

  it('when a frame is cut short', async () => {
    const whole = withFrameHeader(zstdCompressSync(Buffer.from(last)));
    const { stream, complete } = checkCompletion();
    await buffer(Readable.from([whole.subarray(0, -3)]).pipe(stream));
    expect(await complete).toBe(false);
  });
});

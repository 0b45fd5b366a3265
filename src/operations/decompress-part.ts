import { promisify } from 'node:util';
import { type ZstdOptions, zstdDecompress } from 'node:zlib';
import { joined, NotFramed, zstdFrameSplitter } from '../domain/zstd-frames.ts';

const decompress: (frame: Uint8Array, options: ZstdOptions) => Promise<Buffer> = promisify(zstdDecompress);

/** A little more than a frame of pzstd holds. With less, Node gathers it from pieces, which takes twice the processor time. */
const chunkSize = 2 * 1024 * 1024 + 64 * 1024;

/**
 * The SQL of a part, a frame at a time. Fails with `NotFramed` when it stops in the middle or is something else, and with a ZSTD_ error
 * when a frame is damaged. (Node's own stream would silently stop after the first frame.)
 */
export async function* decompressPart(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const splitter = zstdFrameSplitter();
  for await (const chunk of source) {
    for (const frame of splitter.push(chunk)) yield await decompress(joined(frame), { chunkSize });
  }
  if (!splitter.end()) throw new NotFramed('it stops in the middle of a frame');
}

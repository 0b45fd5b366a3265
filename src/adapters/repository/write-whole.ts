import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes all of `body`, flushes it to the disk and closes the file.
 * What the file system says goes through `explain`; what the body fails with, or the signal was aborted with, comes out untouched.
 */
export async function writeWhole(
  handle: FileHandle,
  body: Readable | Uint8Array,
  signal: AbortSignal | undefined,
  explain: (error: unknown) => unknown,
): Promise<Stats> {
  const source = body instanceof Uint8Array ? Readable.from([body]) : body;
  try {
    const sink = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await writeChunk(handle, chunk).catch(rethrow);
    };
    await pipeline(source, sink, { ...(signal && { signal }) });
    signal?.throwIfAborted();
    await handle.sync().catch(rethrow);
    return await handle.stat();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await handle.close();
  }

  function rethrow(error: unknown): never {
    throw explain(error);
  }
}

/** A nearly full disk takes a part of it and fails with the rest. */
async function writeChunk(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < chunk.length) offset += (await handle.write(chunk, offset)).bytesWritten;
}

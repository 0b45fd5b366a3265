import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe between two programs of which the second is started when it is wanted, and not before. */
export interface HeldPipe {
  /** Standard output of the first. */
  readonly into: Socket;
  /** Standard input of the second. Not a byte is read from it here. */
  readonly outOf: Socket;
}

/**
 * Node reads ahead from every pipe to a program that it makes itself; bytes that it has taken are lost to whoever gets the pipe next. What
 * connects to a server that pauses can be passed on untouched, so the two meet in a folder that nobody else may enter.
 */
export async function openHeldPipe(): Promise<HeldPipe> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(join(folder, 'pipe'));
    await once(server, 'listening');
    const into = createConnection(join(folder, 'pipe'));
    const [[outOf]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(into, 'connect')]);
    for (const end of [into, outOf]) end.on('error', () => {});
    return { into, outOf };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

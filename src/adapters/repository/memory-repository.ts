import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../domain/failure.ts';
import type { Repository, StoredObject } from '../../ports/repository.ts';
import { objectChanged, objectExists, objectMissing } from './explain-repository-fault.ts';
import { keySegments, prefixSegments } from './object-key.ts';

/** A repository for tests, with faults on demand. */
export interface MemoryRepository extends Repository {
  /** The n-th write from now (1 is the next) fails after its first bytes; by default as an unavailable repository does. */
  failOnWrite(n: number, failure?: Error): void;
  /** Flips one bit of the byte at `offset`, counted from the end when negative. */
  corrupt(key: string, offset: number): void;
  truncate(key: string, bytes: number): void;
  keys(): string[];
  /** A copy. Failure `object-missing`. */
  bytes(key: string): Uint8Array;
}

export function memoryRepository({ name = 'primary', now = () => new Date() } = {}): MemoryRepository {
  const objects = new Map<string, HeldObject>();
  let writes = 0;
  const location = `memory:${name}`;
  let failure: { writes: number; error: Error } | undefined;

  return {
    name,
    location,

    async prepare() {},

    async put(key, body, { ifAbsent = false, ifTag, signal } = {}) {
      keySegments(key);
      const fault = takeFault();
      const chunks: Buffer[] = [];
      const source = body instanceof Uint8Array ? Readable.from([body]) : body;
      await pipeline(
        source,
        async (parts: AsyncIterable<Uint8Array>) => {
          for await (const part of parts) {
            if (fault) throw fault;
            chunks.push(Buffer.from(part));
          }
          if (fault) throw fault;
        },
        { ...(signal && { signal }) },
      ).catch((error) => {
        signal?.throwIfAborted();
        throw error;
      });
      if (ifAbsent && objects.has(key)) throw objectExists(key, location);
      if (ifTag !== undefined && objects.get(key)?.tag !== ifTag) throw objectChanged(key, location);
      writes += 1;
      const object = { bytes: Buffer.concat(chunks), modifiedAt: now(), tag: String(writes) };
      objects.set(key, object);
      return stored(key, object);
    },

    async get(key, { start = 0, signal } = {}) {
      signal?.throwIfAborted();
      return Readable.from(slices(known(key).bytes.subarray(start)), { objectMode: false, ...(signal && { signal }) });
    },

    async stat(key) {
      keySegments(key);
      const object = objects.get(key);
      return object && stored(key, object);
    },

    async *list(prefix) {
      prefixSegments(prefix);
      for (const key of sortedKeys().filter((each) => each.startsWith(prefix))) {
        const object = objects.get(key);
        if (object) yield stored(key, object);
      }
    },

    async remove(key) {
      keySegments(key);
      objects.delete(key);
    },

    async expire(key) {
      keySegments(key);
      objects.delete(key);
      return 'removed';
    },

    async sweepUnfinished(prefix) {
      prefixSegments(prefix);
      return 0;
    },

    freeBytes: async () => undefined,

    failOnWrite(n, error = unavailable(location)) {
      failure = { writes: n, error };
    },

    corrupt(key, offset) {
      const { bytes } = known(key);
      const index = offset < 0 ? bytes.length + offset : offset;
      bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
    },

    truncate(key, length) {
      const object = known(key);
      object.bytes = object.bytes.subarray(0, length);
    },

    keys: sortedKeys,
    bytes: (key) => Uint8Array.from(known(key).bytes),
  };

  function known(key: string) {
    keySegments(key);
    const object = objects.get(key);
    if (!object) throw objectMissing(key, location);
    return object;
  }

  function sortedKeys(): string[] {
    return [...objects.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  function takeFault(): Error | undefined {
    if (!failure) return undefined;
    failure.writes -= 1;
    if (failure.writes > 0) return undefined;
    const { error } = failure;
    failure = undefined;
    return error;
  }
}

interface HeldObject {
  bytes: Buffer;
  readonly modifiedAt: Date;
  readonly tag: string;
}

function stored(key: string, { bytes, ...object }: HeldObject): StoredObject {
  return { key, bytes: bytes.length, ...object };
}

/** Copies, so that nobody who reads can change what is stored. */
function* slices(bytes: Buffer): Iterable<Buffer> {
  const length = 64 * 1024;
  for (let start = 0; start < bytes.length; start += length) yield Buffer.from(bytes.subarray(start, start + length));
}

function unavailable(location: string): Failure {
  return new Failure('repository-unavailable', `${location} failed because a test asked for it.`, {
    hint: 'Nothing to mend.',
    retryable: true,
  });
}

import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import {
  buildDecrypt,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setKeyOf } from '../../../src/adapters/crypto/set-key.ts';
import { flipped } from '../../support/flipped.ts';

const MIB = 1024 * 1024;
const SET = '20261123T020000Z-full-alumni-x7k2';
const secret = randomBytes(32);
const setKey = setKeyOf(SET, secret);

/** What escapes a stream ends the bot: nothing may. */
const escaped: unknown[] = [];
const record = (error: unknown) => escaped.push(error);
beforeAll(() => {
  process.on('uncaughtException', record);
  process.on('unhandledRejection', record);
});
afterAll(async () => {
  await setTimeout(50);
  process.off('uncaughtException', record);
  process.off('unhandledRejection', record);
  expect(escaped).toEqual([]);
});

describe('a part', () => {
  const encrypt = (plaintext: Uint8Array, name = 'parts/010-data') =>
    buffer(Readable.from([plaintext]).pipe(setKey.encryptPart(name)));
  const decrypt = (message: Iterable<Uint8Array> | Uint8Array, name = 'parts/010-data', opener = setKey) =>
    throughPipeline(message instanceof Uint8Array ? [message] : message, opener.decryptPart(name));
  const integrity = { code: 'integrity', hint: expect.stringMatching(/./) };

  test('is refused when any one byte of it is flipped', async () => {
    const message = await encrypt(Buffer.from('INSERT INTO `t` VALUES (1);\n'));
    for (let index = 0; index < message.length; index += 1) {
      await expect(decrypt(flipped(message, index)), `byte ${index}`).rejects.toMatchObject(integrity);
    }
  });

  test('is refused when a byte near any frame border is flipped', async () => {
    const message = await encrypt(randomBytes(2 * MIB + 500));
    const header = message.length - (2 * MIB + 500) - 2 * 32 - 40;
    for (const border of [header, header + MIB + 32, header + 2 * (MIB + 32), message.length]) {
      for (let index = border - 18; index < Math.min(border + 26, message.length); index += 1) {
        await expect(decrypt(flipped(message, index)), `byte ${index}`).rejects.toMatchObject(integrity);
      }
    }
  });

  test('is refused when it is cut anywhere, and when it is empty', async () => {
    const message = await encrypt(randomBytes(MIB + 10));
    const frames = message.length - (MIB + 10) - 32 - 40;
    const ends = [0, 1, 3, 40, frames - 1, frames, frames + 4, frames + MIB, frames + MIB + 32, message.length - 1];
    for (const end of ends) {
      await expect(decrypt(message.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject(integrity);
    }
  });

  test('is refused when anything follows it', async () => {
    const message = await encrypt(Buffer.from('x'));
    await expect(decrypt([message, Buffer.from([0])])).rejects.toMatchObject(integrity);
    await expect(decrypt([message, message])).rejects.toMatchObject(integrity);
  });

  test('is refused when two of its frames change places', async () => {
    const message = await encrypt(randomBytes(2 * MIB));
    const header = message.length - 2 * MIB - 2 * 32 - 40;
    const frame = MIB + 32;
    const swapped = Buffer.concat([
      message.subarray(0, header),
      message.subarray(header + frame, header + 2 * frame),
      message.subarray(header, header + frame),
      message.subarray(header + 2 * frame),
    ]);
    await expect(decrypt(swapped)).rejects.toMatchObject(integrity);
  });

  test('is refused under another name, in another set, and under another key, saying what it is', async () => {
    const message = await encrypt(Buffer.from('x'));
    await expect(decrypt(message, 'parts/020-data')).rejects.toMatchObject({
      ...integrity,
      message: expect.stringContaining('it is parts/010-data of this backup'),
    });
    await expect(decrypt(message, 'parts/010-data', setKeyOf('other', secret))).rejects.toMatchObject({
      ...integrity,
      message: expect.stringContaining(`it belongs to the backup ${SET}`),
    });
    await expect(decrypt(message, 'parts/010-data', setKeyOf(SET, randomBytes(32)))).rejects.toMatchObject(integrity);
  });

  test('hands on the error of its source as it is', async () => {
    const broken = new Error('EIO: the disk');
    const source = Readable.from(
      (async function* () {
        yield randomBytes(10);
        throw broken;
      })(),
    );
    await expect(pipeline(source, setKey.encryptPart('p'), drain())).rejects.toBe(broken);
  });

  test.each([0, 1, 1000, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 7])('of %i bytes comes back', async (size) => {
    const plaintext = randomBytes(size);
    const message = await encrypt(plaintext);
    expect(digest(await decrypt(message))).toBe(digest(plaintext));
  });

  test('comes back however its message is cut into chunks', async () => {
    const plaintext = randomBytes(3000);
    const message = await encrypt(plaintext);
    for (const size of [1, 2, 7, 64, 1023]) expect(await decrypt(chunked(message, size))).toEqual(plaintext);
  });

  test('opens with AWS’s own library too', async () => {
    const plaintext = randomBytes(MIB + 99);
    const { decrypt: awsDecrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const keyring = new RawAesKeyringNode({
      keyNamespace: 'tidemark-set',
      keyName: SET,
      unencryptedMasterKey: Uint8Array.from(secret),
      wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
      utf8Sorting: true,
    });
    const opened = await awsDecrypt(keyring, await encrypt(plaintext, 'parts/010'));
    expect(digest(opened.plaintext)).toBe(digest(plaintext));
    expect(opened.messageHeader.encryptionContext).toEqual({ tidemark: '1', set: SET, part: 'parts/010' });
  });

  test('releases nothing of a frame that does not authenticate', async () => {
    const message = await encrypt(randomBytes(2 * MIB));
    const decipher = setKey.decryptPart('parts/010-data');
    let released = 0;
    decipher.on('data', (chunk: Buffer) => {
      released += chunk.length;
    });
    const header = message.length - 2 * MIB - 2 * 32 - 40;
    decipher.end(flipped(message, header + MIB + 32 + 100));
    await expect(ended(decipher)).rejects.toMatchObject(integrity);
    expect(released).toBe(MIB);
  });
});

describe('the streams', () => {
  test.each(['encryptPart', 'decryptPart'] as const)('%s stops taking when nobody reads', async (kind) => {
    let taken = 0;
    const message = await buffer(Readable.from([randomBytes(32 * MIB)]).pipe(setKey.encryptPart('p')));
    const source = Readable.from(
      (function* () {
        for (const chunk of chunked(kind === 'encryptPart' ? randomBytes(32 * MIB) : message, 65536)) {
          taken += chunk.length;
          yield chunk;
        }
      })(),
    );
    const stream = source.pipe(setKey[kind]('p'));
    let before = -1;
    while (before !== taken) {
      before = taken;
      await setTimeout(100);
    }
    expect(taken).toBeLessThan(6 * MIB);
    stream.destroy();
    source.destroy();
  });

  test.each(['encryptPart', 'decryptPart'] as const)(
    '%s closes at once when destroyed, at any moment',
    async (kind) => {
      const input = kind === 'encryptPart' ? randomBytes(3 * MIB) : await bigMessage();
      for (let round = 0; round < 40; round += 1) {
        const stream = setKey[kind]('p');
        const source = Readable.from(chunked(input, 65536));
        const running = pipeline(source, stream, drain());
        running.catch(() => {});
        for (let tick = 0; tick < round * 4; tick += 1) await setImmediate();
        const wasRunning = !stream.writableFinished;
        stream.destroy(new Error('stop'));
        if (wasRunning) await expect(running).rejects.toThrow('stop');
        expect(stream.destroyed).toBe(true);
        await setImmediate();
        if (wasRunning) expect(source.destroyed).toBe(true);
      }
    },
  );

  test('a pipeline stops when its signal aborts', async () => {
    const controller = new AbortController();
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65536);
      })(),
    );
    const running = pipeline(endless, setKey.encryptPart('p'), drain(), { signal: controller.signal });
    await setTimeout(20);
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(endless.destroyed).toBe(true);
  });

  const bigMessage = () => buffer(Readable.from([randomBytes(3 * MIB)]).pipe(setKey.encryptPart('p')));
});

async function throughPipeline(chunks: Iterable<Uint8Array>, stream: NodeJS.ReadWriteStream): Promise<Buffer> {
  const out = new PassThrough({ highWaterMark: 64 * MIB });
  await pipeline(Readable.from(chunks), stream, out);
  return buffer(out);
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
}

function drain(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function* chunked(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

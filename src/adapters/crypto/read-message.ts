import { createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto';
import { byteReader } from './byte-reader.ts';

/**
 * Reads one AWS Encryption SDK message (format 2, suite 0x0478: AES-256-GCM with key commitment, framed) and
 * yields its plaintext, each frame only after it is authenticated.
 *
 * Messages are written by AWS's own code, but read by this: the library accepts anything after the final frame,
 * buffers it, and on some malformed frames throws where nobody can catch it, which would end the bot.
 *
 * `open` sees the header before anything of it can be trusted, and returns the data key or throws.
 * `refuse` makes the error for a message that is altered, truncated or malformed.
 */
export async function* readMessage(
  source: AsyncIterable<Uint8Array>,
  open: (header: MessageHeader) => Uint8Array | Promise<Uint8Array>,
  refuse: (what: string) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = byteReader(source, () => refuse('it ends too early'));
  const { header, messageId, frameLength, commitment, raw } = await readHeader(bytes, refuse);

  const dataKey = await open(header);
  if (!timingSafeEqual(derive(dataKey, messageId, COMMIT_LABEL), commitment)) throw refuse('its key was exchanged');
  const key = derive(dataKey, messageId, KEY_LABEL);
  const authentic = createDecipheriv('aes-256-gcm', key, Buffer.alloc(IV_LENGTH), TAG).setAAD(raw);
  authentic.setAuthTag(await bytes.exactly(TAG_LENGTH));
  finish(authentic, () => refuse('its header was altered'));

  for (let sequence = 1; ; sequence += 1) {
    const marker = (await bytes.exactly(4)).readUInt32BE();
    const isFinal = marker === FINAL_FRAME;
    const number = isFinal ? (await bytes.exactly(4)).readUInt32BE() : marker;
    if (number !== sequence) throw refuse(`frame ${sequence} is not where it belongs`);

    const iv = await bytes.exactly(IV_LENGTH);
    if (!iv.equals(frameIv(sequence))) throw refuse(`frame ${sequence} was altered`);
    const length = isFinal ? (await bytes.exactly(4)).readUInt32BE() : frameLength;
    if (length > frameLength) throw refuse(`frame ${sequence} is too long`);

    const decipher = createDecipheriv('aes-256-gcm', key, iv, TAG);
    decipher.setAAD(frameContext(messageId, isFinal, sequence, length));
    const clear: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = await bytes.atMost(left);
      clear.push(decipher.update(piece));
      left -= piece.length;
    }
    decipher.setAuthTag(await bytes.exactly(TAG_LENGTH));
    finish(decipher, () => refuse(`frame ${sequence} was altered`));

    if (isFinal && !(await bytes.atEnd())) throw refuse('something follows its end');
    yield* clear;
    if (isFinal) return;
  }
}

/** The header alone; see there. */
export async function readMessageHeader(
  source: AsyncIterable<Uint8Array>,
  refuse: (what: string) => Error,
): Promise<MessageHeader> {
  return (
    await readHeader(
      byteReader(source, () => refuse('it ends too early')),
      refuse,
    )
  ).header;
}

/** What a message says of itself before it is opened. Nothing in it is to be trusted yet. */
export interface MessageHeader {
  context: ReadonlyMap<string, string>;
  /** The context as it stands in the message: what the wrapped keys are bound to. */
  contextBytes: Buffer;
  wrappedKeys: WrappedKey[];
}

export interface WrappedKey {
  provider: string;
  info: Buffer;
  ciphertext: Buffer;
}

/** Undoes a raw AES wrapping. Undefined when it does not authenticate under this key. */
export function unwrapDataKey(wrapped: WrappedKey, contextBytes: Buffer, key: Uint8Array): Uint8Array | undefined {
  const iv = wrapped.info.subarray(-IV_LENGTH);
  if (wrapped.info.length < WRAPPING_INFO || wrapped.ciphertext.length !== 32 + TAG_LENGTH) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, TAG).setAAD(contextBytes);
    decipher.setAuthTag(wrapped.ciphertext.subarray(32));
    return Buffer.concat([decipher.update(wrapped.ciphertext.subarray(0, 32)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The key's name inside a raw AES wrapping: what precedes tag length, IV length and IV. */
export function wrappingKeyName(wrapped: WrappedKey): string {
  return wrapped.info.subarray(0, -WRAPPING_INFO).toString('utf8');
}

async function readHeader(bytes: ReturnType<typeof byteReader>, refuse: (what: string) => Error) {
  const pieces: Buffer[] = [];
  const take = async (length: number) => {
    const piece = await bytes.exactly(length);
    pieces.push(piece);
    return piece;
  };
  const short = async () => (await take(2)).readUInt16BE();

  const version = (await take(1)).readUInt8();
  if (version !== 2 || (await short()) !== SUITE) throw refuse('it is not a message of the expected kind');
  const messageId = await take(32);
  const contextBytes = await take(await short());
  const context = readContext(contextBytes, refuse);
  const wrappedKeys: WrappedKey[] = [];
  const count = await short();
  if (count > MOST_WRAPPED_KEYS) throw refuse('its header is malformed');
  for (let index = 0; index < count; index += 1) {
    const provider = (await take(await short())).toString('utf8');
    const info = await take(await short());
    wrappedKeys.push({ provider, info, ciphertext: await take(await short()) });
  }
  const framed = (await take(1)).readUInt8();
  const frameLength = (await take(4)).readUInt32BE();
  if (framed !== 2 || frameLength === 0 || frameLength > MOST_FRAME) throw refuse('its header is malformed');
  const commitment = await take(32);
  const header: MessageHeader = { context, contextBytes, wrappedKeys };
  return { header, messageId, frameLength, commitment, raw: Buffer.concat(pieces) };
}

function readContext(bytes: Buffer, refuse: (what: string) => Error): Map<string, string> {
  const context = new Map<string, string>();
  let at = 2;
  const text = () => {
    const from = at + 2;
    at = from > bytes.length ? Number.POSITIVE_INFINITY : from + bytes.readUInt16BE(at);
    if (at > bytes.length) throw refuse('its header is malformed');
    return bytes.subarray(from, at).toString('utf8');
  };
  if (bytes.length < 2) throw refuse('its header is malformed');
  for (let left = bytes.readUInt16BE(0); left > 0; left -= 1) context.set(text(), text());
  if (at !== bytes.length) throw refuse('its header is malformed');
  return context;
}

function derive(dataKey: Uint8Array, messageId: Buffer, label: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha512', dataKey, messageId, label, 32));
}

function frameIv(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_LENGTH);
  iv.writeUInt32BE(sequence, IV_LENGTH - 4);
  return iv;
}

function frameContext(messageId: Buffer, isFinal: boolean, sequence: number, length: number): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(sequence, 0);
  numbers.writeUInt32BE(length, 8);
  return Buffer.concat([messageId, Buffer.from(`AWSKMSEncryptionClient ${isFinal ? 'Final ' : ''}Frame`), numbers]);
}

function finish(decipher: { final(): Buffer }, refusal: () => Error): void {
  try {
    decipher.final();
  } catch {
    throw refusal();
  }
}

const SUITE = 0x0478;
const FINAL_FRAME = 0xffffffff;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const TAG = { authTagLength: TAG_LENGTH };
const WRAPPING_INFO = 4 + 4 + IV_LENGTH;
const MOST_WRAPPED_KEYS = 16;
const MOST_FRAME = 16 * 1024 * 1024;
const COMMIT_LABEL = Buffer.from('COMMITKEY');
const KEY_LABEL = Buffer.concat([Buffer.from([SUITE >> 8, SUITE & 0xff]), Buffer.from('DERIVEKEY')]);

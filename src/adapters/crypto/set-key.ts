import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../domain/failure.ts';
import type { SetKey } from '../../ports/encryption.ts';
import { type Sealing, sealObject, sealStream } from './encryption-sdk.ts';
import { type MessageHeader, readMessage, unwrapDataKey, wrappingKeyName } from './read-message.ts';

/** The port's SetKey over 32 bytes. Takes them over: the caller keeps no use for them. */
export function setKeyOf(setId: string, key: Uint8Array): SetKey {
  const sealing = (name: string): Sealing => ({
    namespace: SET_NAMESPACE,
    name: setId,
    key,
    context: contextOf(setId, name),
  });

  async function* open(name: string, source: AsyncIterable<Uint8Array>) {
    const refuse = refusalFor(setId, name);
    yield* readMessage(source, (header) => openHeader(header, setId, name, key, refuse), refuse);
  }

  return {
    encryptPart: (name) => sealStream(sealing(name)),
    decryptPart: (name) => Duplex.from((source: AsyncIterable<Uint8Array>) => open(name, source)),
    encryptObject: (name, plaintext) => sealObject(sealing(name), plaintext),
    decryptObject: (name, message) => buffer(open(name, only(message))),
  };
}

/** What every message of a set is bound to. */
export function contextOf(setId: string, name: string): Record<string, string> {
  return { tidemark: '1', set: setId, part: name };
}

/** Refuses a message that is bound to anything else than this set and this name. */
export function checkBinding(header: MessageHeader, setId: string, name: string, refuse: Refusal): void {
  const { context } = header;
  const set = context.get('set');
  const part = context.get('part');
  if (context.get('tidemark') !== '1' || set === undefined || part === undefined) throw refuse('it is not of Tidemark');
  if (set !== setId) throw refuse(`it belongs to the backup ${set}`);
  if (part !== name) throw refuse(`it is ${part} of this backup`);
}

export type Refusal = (what: string) => Failure;

export function refusalFor(setId: string, name: string): Refusal {
  return (what) =>
    new Failure('integrity', `${name} of backup ${setId} cannot be trusted: ${what}.`, {
      hint: 'Use another copy of this backup, or another backup. Keep this one for finding out what happened.',
    });
}

/** One buffer as a stream of bytes. */
export async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function openHeader(header: MessageHeader, setId: string, name: string, key: Uint8Array, refuse: Refusal): Uint8Array {
  checkBinding(header, setId, name, refuse);
  const [wrapped, ...others] = header.wrappedKeys;
  const isOurs = wrapped?.provider === SET_NAMESPACE && wrappingKeyName(wrapped) === setId && others.length === 0;
  const dataKey = isOurs ? unwrapDataKey(wrapped, header.contextBytes, key) : undefined;
  if (dataKey === undefined) throw refuse("its header was altered, or it was written under another set's key");
  return dataKey;
}

const SET_NAMESPACE = 'tidemark-set';

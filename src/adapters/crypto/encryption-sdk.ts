import { Duplex } from 'node:stream';
// Not from client-node, which is these and the KMS client: that takes longer to load than a small backup takes.
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  type KeyringNode,
  MultiKeyringNode,
} from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import { toFailure } from '../../domain/failure.ts';

/** The one door to the AWS Encryption SDK: a key to wrap under, a context to bind to, messages out. */
export interface Sealing {
  /** Who wraps: written plainly into the message, so that it can say which key it wants. */
  namespace: string;
  name: string;
  key: Uint8Array;
  /** Written plainly into the message and authenticated with it. */
  context: Record<string, string>;
}

export async function sealObject(sealing: Sealing, plaintext: Uint8Array): Promise<Uint8Array> {
  return sealUnder([rawAesKeyring(sealing)], sealing.context, plaintext);
}

/** A message that any one of the keyrings opens. */
export async function sealUnder(
  keyrings: readonly KeyringNode[],
  context: Record<string, string>,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const [generator, ...children] = keyrings;
  const keyring = new MultiKeyringNode({ children, ...(generator && { generator }) });
  const { result } = await client.encrypt(keyring, Buffer.from(plaintext), optionsOf(context));
  return result;
}

/**
 * Plaintext in, message out. Destroying the SDK's own stream half-way throws where nobody can catch it, so it works
 * inside a plain Duplex, which lets go of it instead: it holds nothing but memory.
 */
export function sealStream(sealing: Sealing): Duplex {
  const inner = client.encryptStream(rawAesKeyring(sealing), optionsOf(sealing.context));
  const outer = new Duplex({
    read: () => inner.resume(),
    write(chunk, _encoding, done) {
      if (inner.write(chunk)) done();
      else inner.once('drain', done);
    },
    final(done) {
      inner.end(done);
    },
    destroy(error, done) {
      inner.removeListener('data', take).pause();
      done(error);
    },
  });
  function take(chunk: Buffer): void {
    if (!outer.push(chunk)) inner.pause();
  }
  inner.on('data', take);
  inner.on('end', () => outer.push(null));
  inner.on('error', (error) => outer.destroy(toFailure(error)));
  return outer;
}

export function rawAesKeyring({ namespace, name, key }: Omit<Sealing, 'context'>): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyNamespace: namespace,
    keyName: name,
    // The SDK insists on bytes that share no memory with anything else.
    unencryptedMasterKey: Uint8Array.from(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    utf8Sorting: true,
  });
}

function optionsOf(context: Record<string, string>) {
  return {
    suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
    encryptionContext: context,
    frameLength: FRAME_LENGTH,
  };
}

const client = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
/** 1 MiB: the SDK's default of 4 KiB is two and a half times slower. */
const FRAME_LENGTH = 1024 * 1024;

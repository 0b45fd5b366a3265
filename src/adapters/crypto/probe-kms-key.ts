import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { KeyReading } from '../../domain/diagnose-key.ts';
import { Failure } from '../../domain/failure.ts';
import type { ConfiguredKey, KmsKey } from './configured-key.ts';
import { sealUnder } from './encryption-sdk.ts';
import { explainKmsFault } from './explain-kms-fault.ts';
import { openKms } from './kms.ts';
import { readMessage } from './read-message.ts';
import { only } from './set-key.ts';

/** Wraps something of no worth under a key of AWS KMS and unwraps it again. Failure `key-unavailable`, with the mend. */
export async function probeKmsKey(key: ConfiguredKey & KmsKey): Promise<KeyReading> {
  const kms = openKms(key);
  const reading = { id: key.id, fingerprint: key.arn };
  // Looking is a right of its own, which backups do not need; what is wrong shows below, in other words.
  const metadata = await kms.describe().catch(() => undefined);
  const { KeyState: state = 'Enabled', KeyUsage: usage = 'ENCRYPT_DECRYPT' } = metadata ?? {};
  if (state === 'Disabled') throw fault('DisabledException', state, key);
  if (state !== 'Enabled') throw fault('KMSInvalidStateException', state, key);
  if (usage !== 'ENCRYPT_DECRYPT') throw fault('InvalidKeyUsageException', usage, key);

  const refuse = (what: string) => new Failure('key-unavailable', `AWS KMS gave back something else: ${what}.`, hint);
  const secret = randomBytes(32);
  try {
    const message = await sealUnder([kms.keyring], { tidemark: '1', part: 'probe', key: key.id }, secret);
    const open = async (header: Parameters<typeof kms.unwrap>[1]) => {
      const [wrapped] = header.wrappedKeys;
      const dataKey = wrapped && (await kms.unwrap(wrapped, header));
      if (!dataKey) throw refuse('it does not unwrap what it wrapped');
      return dataKey;
    };
    if (!secret.equals(await buffer(readMessage(only(message), open, refuse)))) throw refuse('another secret');
  } catch (error) {
    if (key.encrypts || !(error instanceof Failure) || !/kms:Encrypt\b/.test(error.hint)) throw error;
    return { ...reading, warnings: ['It may not encrypt, which it need not, so whether it may decrypt was not tried'] };
  }
  return { ...reading, warnings: [] };
}

const hint = { hint: 'Do not trust what stands at this endpoint.', retryable: false };

function fault(name: string, said: string, key: KmsKey): unknown {
  return explainKmsFault(Object.assign(new Error(said), { name }), key);
}

import { randomBytes } from 'node:crypto';
import {
  unwrapDataKey as dataKeyOf,
  EncryptedDataKey,
  KeyringNode,
  KeyringTraceFlag,
  type NodeDecryptionMaterial,
  type NodeEncryptionMaterial,
} from '@aws-crypto/material-management-node';
import { DecryptCommand, DescribeKeyCommand, EncryptCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { regionOfKey } from '../../domain/kms-arn.ts';
import type { KmsKey } from './configured-key.ts';
import { explainKmsFault, isAltered } from './explain-kms-fault.ts';
import { kmsProvider, type Wrapper } from './wrapper.ts';

/** The one door to AWS KMS, for one of its keys. A request that hangs or is turned away for the moment is sent again a few times. */
export interface Kms extends Pick<Wrapper, 'unwrap'> {
  readonly keyring: KeyringNode;
  /** Failure `key-unavailable`, also where only looking at it is not allowed. */
  describe(): Promise<KeyMetadata | undefined>;
}

export function openKms(key: KmsKey): Kms {
  const { arn, endpoint } = key;
  const client = new KMSClient({
    region: regionOfKey(arn),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 10_000 },
  });
  const explained = async <Answer>(asked: Promise<Answer>): Promise<Answer> =>
    asked.catch((error: unknown) => {
      throw explainKmsFault(error, key);
    });

  return {
    describe: async () => (await explained(client.send(new DescribeKeyCommand({ KeyId: arn })))).KeyMetadata,

    keyring: new WrappingKeyring(async (Plaintext, context) => {
      const ask = new EncryptCommand({ KeyId: arn, Plaintext, EncryptionContext: context });
      const { CiphertextBlob = new Uint8Array() } = await explained(client.send(ask));
      return new EncryptedDataKey({ providerId: kmsProvider, providerInfo: arn, encryptedDataKey: CiphertextBlob });
    }),

    async unwrap({ ciphertext: CiphertextBlob }, { context }) {
      const EncryptionContext = Object.fromEntries(context);
      const ask = new DecryptCommand({ KeyId: arn, CiphertextBlob, EncryptionContext });
      const answer = await client.send(ask).catch((error: unknown) => {
        if (isAltered(error)) return undefined;
        throw explainKmsFault(error, key);
      });
      return answer?.Plaintext?.length === 32 ? answer.Plaintext : undefined;
    },
  };
}

/**
 * Wraps the message's data key by one request. The SDK's own keyring for KMS comes with DynamoDB's client, and asks for a right
 * more (docs/decisions/012).
 */
class WrappingKeyring extends KeyringNode {
  readonly #wrap: (dataKey: Uint8Array, context: Record<string, string>) => Promise<EncryptedDataKey>;

  constructor(wrap: (dataKey: Uint8Array, context: Record<string, string>) => Promise<EncryptedDataKey>) {
    super();
    this.#wrap = wrap;
  }

  async _onEncrypt(material: NodeEncryptionMaterial): Promise<NodeEncryptionMaterial> {
    if (!material.hasUnencryptedDataKey) {
      const flags = KeyringTraceFlag.WRAPPING_KEY_GENERATED_DATA_KEY;
      const trace = { keyNamespace: kmsProvider, keyName: 'random', flags };
      material.setUnencryptedDataKey(Uint8Array.from(randomBytes(material.suite.keyLengthBytes)), trace);
    }
    const wrapped = await this.#wrap(dataKeyOf(material.getUnencryptedDataKey()), { ...material.encryptionContext });
    const { WRAPPING_KEY_ENCRYPTED_DATA_KEY, WRAPPING_KEY_SIGNED_ENC_CTX } = KeyringTraceFlag;
    return material.addEncryptedDataKey(wrapped, WRAPPING_KEY_ENCRYPTED_DATA_KEY | WRAPPING_KEY_SIGNED_ENC_CTX);
  }

  /** Messages are read by `read-message.ts`. */
  async _onDecrypt(material: NodeDecryptionMaterial): Promise<NodeDecryptionMaterial> {
    return material;
  }
}

import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';

/** A client of one's own, which goes around every proxy. */
export function kmsClient(endpoint: string): KMSClient {
  return new KMSClient({ endpoint, region: 'us-east-1' });
}

/** A new key in moto's KMS, as `encryption.keys` and the adapter want it. */
export async function newKmsKey(endpoint: string, through = endpoint): Promise<{ arn: string; endpoint: string }> {
  const { KeyMetadata } = await kmsClient(endpoint).send(new CreateKeyCommand({}));
  return { arn: KeyMetadata?.Arn ?? '', endpoint: through };
}

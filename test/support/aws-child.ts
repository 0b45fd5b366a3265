/** As much of AWS's own command line as `recover.mjs --kms` needs: `aws kms decrypt …`, asked of the KMS at AWS_ENDPOINT_URL_KMS. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    region: text,
    'key-id': text,
    'encryption-context': text,
    'ciphertext-blob': text,
    query: text,
    output: text,
  },
});
const asked = [...positionals, values.query, values.output].join(' ');
if (asked !== 'kms decrypt Plaintext text') throw new Error(`This aws knows nothing of ${asked}.`);
const file = values['ciphertext-blob']?.replace(/^fileb:\/\//, '') ?? '';
const client = new KMSClient({ region: values.region ?? '', endpoint: process.env.AWS_ENDPOINT_URL_KMS ?? '' });
const { Plaintext = new Uint8Array() } = await client.send(
  new DecryptCommand({
    KeyId: values['key-id'],
    CiphertextBlob: readFileSync(file === '/dev/stdin' ? 0 : file),
    EncryptionContext: JSON.parse(values['encryption-context'] ?? '') as Record<string, string>,
  }),
);
console.log(Buffer.from(Plaintext).toString('base64'));

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile } from '../../../src/adapters/crypto/key-file.ts';
import { localRepository } from '../../../src/adapters/repository/local-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import type { Encryption } from '../../../src/ports/encryption.ts';
import { newKmsKey } from '../../support/kms-key.ts';
import { motoCredentials, sharedMoto } from '../../support/moto-server.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { smallWorld } from '../../support/small-world.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const recoverProgram = join(import.meta.dirname, '../../../src/recovery-kit/recover.mjs');
const aws = join(import.meta.dirname, '../../support/aws-child.ts');
const id = '20261123T020000Z-full-alumni-x7k2';
const moto = sharedMoto();

it('recover.mjs says that KMS is wanted, prints how to ask it, and opens the set with what KMS answers', async () => {
  const { arn } = await newKmsKey(moto.endpoint);
  const set = await storedUnder(keyEncryption([{ id: 'cloud', arn, endpoint: moto.endpoint }]));
  const without = await recover(set);
  expect(without).toMatchObject({ status: 2, stderr: expect.stringContaining(`cloud (AWS KMS ${arn})`) });
  expect(without.stderr).toContain('--kms prints how');
  expect(without.stderr).not.toContain('--key');

  const printed = await recover('--kms', set);
  expect(printed).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`--region 'us-east-1' --key-id '${arn}'`),
  });
  const dataKey = join(temporaryDirectory(), 'data-key');
  writeFileSync(dataKey, randomBytes(32).toString('base64'));
  const wrong = await recover('--data-key', dataKey, set);
  expect(wrong).toMatchObject({ status: 4, stderr: expect.stringContaining('data key is not of this set') });
  writeFileSync(dataKey, 'too short');
  expect(await recover('--data-key', dataKey, set)).toMatchObject({ status: 2 });

  writeFileSync(dataKey, await runInShell(printed.stdout));
  const opened = await recover('--data-key', dataKey, set);
  expect(opened, opened.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('Every part is whole') });
});

it('recover.mjs opens a set under KMS and a key file with the file alone, and names both without it', async () => {
  const { arn } = await newKmsKey(moto.endpoint);
  const keyFile = join(temporaryDirectory(), 'k.key');
  const file = await createKeyFile(keyFile, 'k-2026-11');
  const kms = { id: 'cloud', arn, endpoint: moto.endpoint };
  const set = await storedUnder(keyEncryption([kms, { ...file, encrypts: true }]));
  const { stderr, status } = await recover(set);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /cloud \(AWS KMS arn:.*\) or k-2026-11 \(fingerprint .*\)\. Give its file with --key\. AWS KMS can/,
  );
  expect(await recover('--key', keyFile, set)).toMatchObject({ status: 0 });
});

it('recover.mjs has nothing to ask of KMS for a set under a key file', async () => {
  const file = await createKeyFile(join(temporaryDirectory(), 'k.key'), 'k-2026-11');
  const asked = await recover('--kms', await storedUnder(keyEncryption([file])));
  expect(asked).toMatchObject({ status: 2, stderr: expect.stringContaining('give its key file') });
});

async function storedUnder(encryption: Encryption): Promise<string> {
  const path = temporaryDirectory();
  const world = smallWorld({ encryption, repositories: { primary: localRepository({ path }), copies: [] } });
  await storeSmallSet(world, id);
  return join(path, setPrefix(id) ?? '');
}

const run = promisify(execFile);

async function recover(...line: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return run(process.execPath, [recoverProgram, ...line]).then(
    (said) => ({ status: 0, ...said }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ status: code, stdout, stderr }),
  );
}

/** As somebody would who has AWS's own command line. */
async function runInShell(script: string): Promise<string> {
  const withAws = `aws() { ${process.execPath} ${aws} "$@"; }\n${script}`;
  const env = { ...motoCredentials, AWS_ENDPOINT_URL_KMS: moto.endpoint, PATH: process.env.PATH };
  return (await run('sh', ['-c', withAws], { env })).stdout;
}

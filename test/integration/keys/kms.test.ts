import { randomBytes } from 'node:crypto';
import { buildDecrypt, CommitmentPolicy, getClient, KMS, KmsKeyringNode } from '@aws-crypto/client-node';
import { CreateKeyCommand, DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { probeKmsKey } from '../../../src/adapters/crypto/probe-kms-key.ts';
import { type FaultProxy, type SeenRequest, startFaultProxy } from '../../support/fault-proxy.ts';
import { flipped } from '../../support/flipped.ts';
import { kmsClient, newKmsKey } from '../../support/kms-key.ts';
import { sharedMoto } from '../../support/moto-server.ts';

const set = '20261123T020000Z-full-alumni-x7k2';
const moto = sharedMoto();
const file = keyOf('k-2026-11', randomBytes(32));
let proxy: FaultProxy;
let kms: { id: string; arn: string; endpoint: string };

beforeEach(async () => {
  proxy = await startFaultProxy(moto.endpoint);
  kms = { id: 'cloud', ...(await newKmsKey(moto.endpoint, proxy.endpoint)) };
});
afterEach(() => proxy.stop());

const asks = (action: string) => (request: SeenRequest) => request.headers['x-amz-target'] === `TrentService.${action}`;

describe('a set key under AWS KMS', () => {
  it('is refused when any one byte of the keys object is flipped', async () => {
    const encryption = keyEncryption([kms]);
    const { keysObject } = await encryption.createSetKey(set);
    for (let index = 0; index < keysObject.length; index += 1) {
      const opening = encryption.openSetKey(set, flipped(keysObject, index));
      // moto denies, without a word, a key that only the altered ciphertext names.
      await expect(opening, `byte ${index}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(integrity|key-unavailable)$/),
      });
    }
  });

  it('is not opened in another set, nor by another key of KMS, which is named with what to configure', async () => {
    const { keysObject } = await keyEncryption([kms]).createSetKey(set);
    await expect(keyEncryption([kms]).openSetKey('another', keysObject)).rejects.toMatchObject({ code: 'integrity' });
    const other = { id: 'cloud', ...(await newKmsKey(moto.endpoint)) };
    await expect(keyEncryption([other]).openSetKey(set, keysObject)).rejects.toMatchObject({
      code: 'key-missing',
      hint: expect.stringContaining(`{ id: cloud, kms: "${kms.arn}" }`),
    });
  });

  it.each([
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: kms:Decrypt on this resource',
      /Allow kms:Decrypt on arn/,
    ],
    ['DisabledException', 'arn is disabled.', /aws kms enable-key --region us-east-1 --key-id arn/],
    ['KMSInvalidStateException', 'arn is pending deletion.', /aws kms cancel-key-deletion/],
    ['NotFoundException', 'Invalid keyId', /its region above all/],
    ['UnrecognizedClientException', 'The security token is invalid', /AWS_ACCESS_KEY_ID/],
    ['ExpiredTokenException', 'The token expired', /sso login/],
  ])('that KMS will not open for %s says what to do, and is not called damaged', async (code, message, hint) => {
    const { keysObject } = await keyEncryption([kms]).createSetKey(set);
    proxy.meet(asks('Decrypt'), { kind: 'answer', status: 400, code, message, as: 'json' }, 100);
    await expect(keyEncryption([kms]).openSetKey(set, keysObject)).rejects.toMatchObject({
      code: 'key-unavailable',
      retryable: false,
      hint: expect.stringMatching(hint),
    });
  });

  it('waits out a KMS that is busy, and says so of one that stays away', async () => {
    const busy = { kind: 'answer', status: 503, code: 'ServiceUnavailable', as: 'json' } as const;
    proxy.meet(asks('Encrypt'), busy, 2);
    await keyEncryption([kms]).createSetKey(set);
    await proxy.stop();
    await expect(keyEncryption([kms]).createSetKey(set)).rejects.toMatchObject({
      code: 'key-unavailable',
      retryable: true,
      message: expect.stringContaining('cannot be asked'),
    });
  });

  it('opens again, with AWS’s own library too, and KMS is told which set is opened', async () => {
    const { setKey, keysObject } = await keyEncryption([kms]).createSetKey(set);
    const message = await setKey.encryptObject('manifest', Buffer.from('{}'));
    const opened = await keyEncryption([kms]).openSetKey(set, keysObject);
    expect(String(await opened.decryptObject('manifest', message))).toBe('{}');

    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    // Its types know nothing of answers without a key.
    const clientProvider = getClient(KMS as never, { endpoint: moto.endpoint });
    const byAws = await decrypt(new KmsKeyringNode({ keyIds: [kms.arn], clientProvider }), keysObject);
    expect(byAws.plaintext).toHaveLength(32);
    expect(byAws.messageHeader.encryptionContext).toMatchObject({ set, part: 'keys', key: 'cloud' });
  });

  it('under a multi-Region key is asked for in the region that is configured', async () => {
    const { KeyMetadata } = await kmsClient(moto.endpoint).send(new CreateKeyCommand({ MultiRegion: true }));
    const { Arn: arn = '' } = KeyMetadata ?? {};
    const { keysObject } = await keyEncryption([{ ...kms, arn }]).createSetKey(set);
    const replica = { ...kms, arn: arn.replace('us-east-1', 'eu-west-1') };
    // moto unwraps nothing under such a key, in no region.
    await expect(keyEncryption([replica]).openSetKey(set, keysObject)).rejects.toMatchObject({
      code: 'key-unavailable',
    });
    const asked = proxy.seen.filter(asks('Decrypt')).map(({ headers }) => headers.authorization);
    expect(asked).toEqual([expect.stringContaining('/eu-west-1/kms/')]);
  });

  it('is asked for one set, not for its parts', async () => {
    const { setKey } = await keyEncryption([kms]).createSetKey(set);
    for (const name of ['a', 'b', 'c']) await setKey.encryptObject(name, Buffer.from(name));
    expect(proxy.seen.filter(asks('Encrypt'))).toHaveLength(1);
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('a set key under AWS KMS and a key file', () => {
  it('opens by the file without asking KMS, and by KMS without the file', async () => {
    const { keysObject } = await keyEncryption([kms, { ...file, encrypts: true }]).createSetKey(set);
    const asked = proxy.seen.length;
    await keyEncryption([kms, file]).openSetKey(set, keysObject);
    await keyEncryption([file]).openSetKey(set, keysObject);
    expect(proxy.seen).toHaveLength(asked);
    await keyEncryption([kms]).openSetKey(set, keysObject);
    expect(proxy.seen.filter(asks('Decrypt'))).toHaveLength(1);
  });

  it('is not made while KMS is away: a backup that only one of them opens is not what was asked for', async () => {
    await proxy.stop();
    const making = keyEncryption([{ ...file }, { ...kms, encrypts: true }]).createSetKey(set);
    await expect(making).rejects.toMatchObject({ code: 'key-unavailable' });
  });

  it('whose file is not the right one is not called altered while KMS cannot be asked', async () => {
    const { keysObject } = await keyEncryption([file, { ...kms, encrypts: true }]).createSetKey(set);
    const impostor = keyOf(file.id, randomBytes(32));
    await keyEncryption([impostor, kms]).openSetKey(set, keysObject);
    await proxy.stop();
    const opening = keyEncryption([impostor, kms]).openSetKey(set, keysObject);
    await expect(opening).rejects.toMatchObject({ code: 'key-unavailable' });
  });

  it('is moved from the file to KMS and back', async () => {
    const { setKey, keysObject } = await keyEncryption([file]).createSetKey(set);
    const message = await setKey.encryptObject('manifest', Buffer.from('{}'));
    const inKms = await keyEncryption([kms, file]).rewrapSetKey(set, keysObject);
    await expect(keyEncryption([file]).openSetKey(set, inKms)).rejects.toMatchObject({ code: 'key-missing' });
    const back = await keyEncryption([file, kms]).rewrapSetKey(set, inKms);
    const opened = await keyEncryption([file]).openSetKey(set, back);
    expect(String(await opened.decryptObject('manifest', message))).toBe('{}');
  });
});

describe('a probe of a key of AWS KMS', () => {
  const keyId = () => kms.arn.split('/').at(-1);

  it.each([
    ['is disabled', () => new DisableKeyCommand({ KeyId: keyId() }), /is disabled/, /enable-key/],
    [
      'is to be deleted',
      () => new ScheduleKeyDeletionCommand({ KeyId: keyId() }),
      /PendingDeletion/,
      /cancel-key-deletion/,
    ],
  ])('finds one that %s', async (_, command, message, hint) => {
    await kmsClient(moto.endpoint).send(command());
    await expect(probeKmsKey({ ...kms, encrypts: true })).rejects.toMatchObject({
      code: 'key-unavailable',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('finds one that is in another region than its ARN says', async () => {
    const arn = kms.arn.replace('us-east-1', 'eu-west-1');
    await expect(probeKmsKey({ ...kms, arn, encrypts: true })).rejects.toMatchObject({
      message: expect.stringContaining('in eu-west-1'),
      hint: expect.stringContaining('its region above all'),
    });
  });

  const denied = (action: string) => ({
    kind: 'answer' as const,
    status: 400,
    code: 'AccessDeniedException',
    message: `User: x is not authorized to perform: kms:${action} on resource: ${kms.arn}`,
    as: 'json' as const,
  });

  it('finds which right is missing, and does not need to look at the key', async () => {
    proxy.meet(asks('DescribeKey'), denied('DescribeKey'));
    proxy.meet(asks('Decrypt'), denied('Decrypt'));
    await expect(probeKmsKey({ ...kms, encrypts: true })).rejects.toMatchObject({
      hint: expect.stringContaining(`Allow kms:Decrypt on ${kms.arn}`),
    });
    proxy.meet(asks('DescribeKey'), denied('DescribeKey'));
    expect(await probeKmsKey({ ...kms, encrypts: true })).toEqual({ id: 'cloud', fingerprint: kms.arn, warnings: [] });
  });

  it('of one that only reads does not mind that it may not encrypt, and says what it could not try', async () => {
    proxy.meet(asks('Encrypt'), denied('Encrypt'), 2);
    await expect(probeKmsKey({ ...kms, encrypts: true })).rejects.toMatchObject({ code: 'key-unavailable' });
    expect((await probeKmsKey({ ...kms, encrypts: false })).warnings).toHaveLength(1);
  });
});

import { randomBytes } from 'node:crypto';
import { buildDecrypt, CommitmentPolicy } from '@aws-crypto/client-node';
import { describe, expect, test } from 'vitest';
import { rawAesKeyring } from '../../../src/adapters/crypto/encryption-sdk.ts';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { flipped } from '../../support/flipped.ts';

const SET = '20261123T020000Z-full-alumni-x7k2';
const key = keyOf('k-2026-11', randomBytes(32));
const older = keyOf('k-2025-03', randomBytes(32));
const second = { ...keyOf('k-second', randomBytes(32)), encrypts: true };

describe('the keys object of a set', () => {
  const encryption = keyEncryption([key, older]);

  test('is refused when any one byte of it is flipped, and when it is cut', async () => {
    const { keysObject } = await encryption.createSetKey(SET);
    for (let index = 0; index < keysObject.length; index += 1) {
      const opening = encryption.openSetKey(SET, flipped(keysObject, index));
      await expect(opening, `byte ${index}`).rejects.toMatchObject({ code: 'integrity' });
      const cut = encryption.openSetKey(SET, keysObject.subarray(0, index));
      await expect(cut, `cut at ${index}`).rejects.toMatchObject({ code: 'integrity' });
    }
  });

  test('is refused in another set', async () => {
    const { keysObject } = await encryption.createSetKey('another');
    await expect(encryption.openSetKey(SET, keysObject)).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('it belongs to the backup another'),
    });
  });

  test('names the key it wants when that one is not configured', async () => {
    const { keysObject } = await keyEncryption([older]).createSetKey(SET);
    await expect(keyEncryption([key]).openSetKey(SET, keysObject)).rejects.toMatchObject({
      code: 'key-missing',
      hint: expect.stringMatching(new RegExp(`k-2025-03.*${older.fingerprint}`)),
    });
  });

  test('is not opened by a key whose name merely begins like the wanted one', async () => {
    const { keysObject } = await keyEncryption([keyOf('k-10', randomBytes(32))]).createSetKey(SET);
    const opening = keyEncryption([keyOf('k-1', randomBytes(32))]).openSetKey(SET, keysObject);
    await expect(opening).rejects.toMatchObject({ code: 'key-missing' });
  });

  test('shows both fingerprints when another key has the wanted name', async () => {
    const { keysObject } = await encryption.createSetKey(SET);
    const impostor = keyOf(key.id, randomBytes(32));
    await expect(keyEncryption([impostor]).openSetKey(SET, keysObject)).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringMatching(new RegExp(`${key.fingerprint}.*${impostor.fingerprint}`)),
    });
  });

  test('opens with any configured key, and the set key it gives reads what the first one wrote', async () => {
    const { setKey: written, keysObject } = await keyEncryption([older]).createSetKey(SET);
    const opened = await encryption.openSetKey(SET, keysObject);
    const message = await written.encryptObject('manifest', Buffer.from('{}'));
    expect(Buffer.from(await opened.decryptObject('manifest', message)).toString()).toBe('{}');
    await expect(opened.decryptObject('verification', message)).rejects.toMatchObject({ code: 'integrity' });
  });

  test('does not hold the key in the clear, nor does anything else that is shown', async () => {
    const { keysObject, setKey: fresh } = await encryption.createSetKey(SET);
    expect(Buffer.from(keysObject).includes(Buffer.from(key.bytes))).toBe(false);
    const shown = JSON.stringify([encryption.keys(), encryption, fresh]);
    expect(shown).not.toContain(Buffer.from(key.bytes).toString('base64').slice(0, 10));
    expect(encryption.keys()).toEqual([
      { id: key.id, fingerprint: key.fingerprint, encrypts: true, provider: 'file' },
      { id: older.id, fingerprint: older.fingerprint, encrypts: false, provider: 'file' },
    ]);
  });
});

describe('the keys object of a set under two keys', () => {
  const encryption = keyEncryption([key, second, older]);

  test('is refused when any one byte of it is flipped, whichever of them is at hand', async () => {
    const { keysObject } = await encryption.createSetKey(SET);
    for (const one of [key, second]) {
      for (let index = 0; index < keysObject.length; index += 1) {
        const opening = keyEncryption([one]).openSetKey(SET, flipped(keysObject, index));
        await expect(opening, `byte ${index}`).rejects.toMatchObject({ code: 'integrity' });
      }
    }
  });

  test('names both when neither is configured', async () => {
    const { keysObject } = await encryption.createSetKey(SET);
    await expect(keyEncryption([older]).openSetKey(SET, keysObject)).rejects.toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('k-2026-11 or k-second'),
      hint: expect.stringMatching(new RegExp(`${key.fingerprint}.* or .*${second.fingerprint}`)),
    });
  });

  test('is not opened by the key that it is to be opened without', async () => {
    const { keysObject } = await keyEncryption([key]).createSetKey(SET);
    const opening = encryption.openSetKey(SET, keysObject, { without: key.id });
    await expect(opening).rejects.toMatchObject({ code: 'key-missing' });
  });

  test('opens with either, an impostor of the other beside it, and says under which it is', async () => {
    const { setKey, keysObject } = await encryption.createSetKey(SET);
    const message = await setKey.encryptObject('manifest', Buffer.from('{}'));
    for (const keys of [[key], [second], [keyOf(key.id, randomBytes(32)), second]]) {
      const opened = await keyEncryption(keys).openSetKey(SET, keysObject);
      expect(String(await opened.decryptObject('manifest', message))).toBe('{}');
    }
    expect(await keyEncryption([older]).wrappedBy(SET, keysObject)).toEqual(
      [key, second].map(({ id, fingerprint }) => ({ id, fingerprint })),
    );
  });

  test('opens with AWS’s own library, under either', async () => {
    const { keysObject } = await encryption.createSetKey(SET);
    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    for (const { id, bytes } of [key, second]) {
      const keyring = rawAesKeyring({ namespace: 'tidemark', name: id, key: bytes });
      expect((await decrypt(keyring, keysObject)).plaintext).toHaveLength(32);
    }
  });
});

describe('wrapping a set key anew', () => {
  test('fails for what cannot be opened, and for what was altered', async () => {
    const { keysObject } = await keyEncryption([older]).createSetKey(SET);
    const rewrapping = keyEncryption([key]).rewrapSetKey(SET, keysObject);
    await expect(rewrapping).rejects.toMatchObject({ code: 'key-missing' });
    const altered = flipped(keysObject, keysObject.length - 1);
    await expect(keyEncryption([older]).rewrapSetKey(SET, altered)).rejects.toMatchObject({ code: 'integrity' });
  });

  test('puts it under the keys that encrypt now, and under no other', async () => {
    const { setKey, keysObject } = await keyEncryption([older]).createSetKey(SET);
    const message = await setKey.encryptObject('manifest', Buffer.from('{}'));
    const encryption = keyEncryption([key, second, older]);
    const rewrapped = await encryption.rewrapSetKey(SET, keysObject);
    expect((await encryption.wrappedBy(SET, rewrapped)).map(({ id }) => id)).toEqual([key.id, second.id]);
    await expect(keyEncryption([older]).openSetKey(SET, rewrapped)).rejects.toMatchObject({ code: 'key-missing' });
    const opened = await keyEncryption([second]).openSetKey(SET, rewrapped);
    expect(String(await opened.decryptObject('manifest', message))).toBe('{}');
  });
});

test('encryption without a key, or with two of one name, is a configuration error', () => {
  expect(() => keyEncryption([])).toThrow(expect.objectContaining({ code: 'configuration' }));
  expect(() => keyEncryption([key, older, key])).toThrow(expect.objectContaining({ code: 'configuration' }));
});

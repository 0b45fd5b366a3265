import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { type AddKeyRequest, addKey } from '../../../src/operations/add-key.ts';
import { failureOf } from '../../support/failure-of.ts';
import { smallWorld } from '../../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
const world = smallWorld({ encryption: keyEncryption([keyOf('k-1', randomBytes(32))]) });
let made = 0;

const add = (change: Partial<AddKeyRequest>) =>
  addKey(world, {
    principal: admin,
    keyId: 'k-2',
    askForCopy: async () => ' the safe ',
    make: async () => {
      made += 1;
      return { fingerprint: 'ab12 cd34' };
    },
    ...change,
  });

it('a new key is made by admins alone, under an id that is free', async () => {
  expect(await add({ principal: { ...admin, roles: { '*': ['operator'] } } })).toMatchObject({ reason: 'not-allowed' });
  expect((await failureOf(() => add({ keyId: 'k-1' }))).code).toBe('usage');
  expect(made).toBe(0);
});

it('where its second copy lies is remembered when somebody says, and the audit log knows its fingerprint', async () => {
  expect(await add({ keyId: 'k-3', askForCopy: async () => '' })).toMatchObject({ copyAt: null });
  expect(world.state.notes.get('key-copy:k-3')).toBeUndefined();
  expect(await add({})).toEqual({ kind: 'added', keyId: 'k-2', fingerprint: 'ab12 cd34', copyAt: 'the safe' });
  expect(world.state.notes.get('key-copy:k-2')).toBe('the safe');
  expect(world.state.audit.list({}).map(({ action }) => action)).toEqual([
    'keys.copy-confirmed',
    'keys.added',
    'keys.added',
    'configure.refused',
  ]);
});

import { expect, it } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { memoryState } from '../../src/adapters/state/open-state.ts';
import { Failure } from '../../src/domain/failure.ts';
import { examine, type Patient, type PatientKey } from '../../src/operations/examine.ts';

const broken = () => {
  throw new Failure('state-unavailable', 'it is locked', { hint: 'close it' });
};

const key: PatientKey = {
  id: 'k-1',
  provider: 'file',
  place: 'k-1.key',
  encrypts: true,
  read: async () => ({ id: 'k-1', fingerprint: 'ab', warnings: [] }),
};

const patient = (change: Partial<Patient> = {}): Patient => ({
  sources: [],
  repositories: [memoryRepository()],
  keys: [key],
  state: { path: 's', open: () => memoryState() },
  others: [],
  ...change,
});

it('goes on when the state cannot be opened', async () => {
  const checks = await examine(patient({ state: { path: 's', open: broken } }));
  expect(checks.find(({ id }) => id === 'state.open')).toMatchObject({ state: 'bad', finding: 'it is locked' });
  expect(checks.find(({ id }) => id === 'repository.writable')).toMatchObject({ state: 'good' });
  expect(checks.find(({ id }) => id === 'key.copy')).toMatchObject({ state: 'warning' });
});

it('goes on when a key cannot be read or another examiner fails', async () => {
  const read = async () => {
    throw new Error('EISDIR');
  };
  const checks = await examine(
    patient({ keys: [{ ...key, read }], others: [async () => Promise.reject(new Error('no network'))] }),
  );
  expect(checks.filter(({ state }) => state === 'bad').map(({ finding }) => finding)).toEqual(['EISDIR', 'no network']);
});

it('knows where the second copy of a key lies', async () => {
  const state = memoryState();
  state.notes.set('key-copy:k-1', 'the safe');
  const checks = await examine(patient({ state: { path: 's', open: () => state } }));
  expect(checks.find(({ id }) => id === 'key.copy')).toMatchObject({
    state: 'good',
    finding: expect.stringContaining('the safe'),
  });
});

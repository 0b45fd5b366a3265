import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryState, openState } from '../../../src/adapters/state/open-state.ts';
import { someRecovery } from '../../support/plan.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const first = someRecovery();
const second = someRecovery({ id: 'r-20261128T110000Z-b2b2' });
const scratch = { ...first.plan, target: { ...first.plan.target, kind: 'scratch' as const, serverUuid: '' } };

test('a recovery is there for whoever opens the state next, as it was', () => {
  const path = join(temporaryDirectory(), 'state.db');
  const state = openState({ path });
  expect(state.recoveries.request(first)).toMatchObject({ kind: 'requested', recovery: first });
  state.close();
  const again = openState({ path });
  expect(again.recoveries.get(first.id)).toEqual({ ...first, revision: 1 });
  expect(again.recoveries.endingWith('r3cv')?.id).toBe(first.id);
  expect(again.recoveries.endingWith('none')).toBeUndefined();
  again.close();
});

test('one goes to a server at a time, until it is over; scratch servers are made for each', () => {
  const { recoveries } = memoryState();
  recoveries.request(first);
  expect(recoveries.request(second)).toMatchObject({ kind: 'busy', other: { id: first.id } });
  for (const [index, state] of (['approved', 'running', 'failed', 'interrupted'] as const).entries()) {
    recoveries.change(first.id, ({ revision: _, ...current }) => ({ ...current, state }));
    expect(recoveries.request({ ...second, id: `r-20261128T12000${index}Z-cccc` }).kind).toBe('busy');
  }
  recoveries.change(first.id, ({ revision: _, ...current }) => ({ ...current, state: 'given-up' }));
  expect(recoveries.request(second).kind).toBe('requested');
  for (const id of ['r-20261128T130000Z-dddd', 'r-20261128T130000Z-eeee']) {
    expect(recoveries.request(someRecovery({ id, plan: scratch })).kind).toBe('requested');
  }
});

test('lists the newest first, the open ones alone, and tells what changed', () => {
  const { recoveries } = memoryState();
  recoveries.request({ ...first, state: 'denied' });
  recoveries.request(second);
  expect(recoveries.list().map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(recoveries.list({ open: true }).map(({ id }) => id)).toEqual([second.id]);
  expect(recoveries.list({ source: 'other' })).toEqual([]);
  const seen = recoveries.changedSince(0).at(-1)?.revision ?? 0;
  expect(recoveries.changedSince(seen)).toEqual([]);
  recoveries.change(first.id, ({ revision: _, ...current }) => ({ ...current, notes: ['looked at'] }));
  expect(recoveries.changedSince(seen).map(({ id, notes }) => [id, notes])).toEqual([[first.id, ['looked at']]]);
});

test('a decision that changes nothing, or fails, leaves everything as it is', () => {
  const { recoveries } = memoryState();
  recoveries.request(first);
  const before = recoveries.get(first.id);
  expect(recoveries.change(first.id, () => undefined)).toEqual(before);
  expect(() =>
    recoveries.change(first.id, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(recoveries.get(first.id)).toEqual(before);
  expect(recoveries.change('r-none', (current) => current)).toBeUndefined();
});

test('those whose scratch server stands are told from the others, however old', () => {
  const { recoveries } = memoryState();
  for (const id of ['r-20261128T130000Z-dddd', 'r-20261128T140000Z-eeee']) {
    recoveries.request(someRecovery({ id, plan: scratch }));
  }
  const stands = { name: 's-1', place: '/tmp/s-1.sock', optionFile: '/tmp/s-1.cnf' };
  // The revision comes along, and is not kept as part of the recovery.
  recoveries.change('r-20261128T130000Z-dddd', (current) => ({ ...current, scratch: stands }));
  expect(recoveries.onScratch().map(({ id, scratch }) => [id, scratch])).toEqual([['r-20261128T130000Z-dddd', stands]]);
  const [{ revision = 0 } = {}] = recoveries.onScratch();
  recoveries.change('r-20261128T130000Z-dddd', (current) => ({ ...current, scratch: null }));
  expect(recoveries.onScratch()).toEqual([]);
  expect(recoveries.get('r-20261128T130000Z-dddd')?.revision).toBeGreaterThan(revision);
});

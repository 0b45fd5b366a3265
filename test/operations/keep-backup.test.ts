import { beforeEach, expect, test } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import type { CatalogEntry } from '../../src/domain/catalog.ts';
import { parsePinEnd } from '../../src/domain/pin.ts';
import { keepBackup, unkeepBackup } from '../../src/operations/keep-backup.ts';
import { readStatus } from '../../src/operations/read-status.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { failureOf } from '../support/failure-of.ts';
import { asha, keysIn, now, retentionWorld, storeSet } from '../support/retention-world.ts';
import type { SmallWorld } from '../support/small-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const primary = () => world.repositories.primary;
let world: SmallWorld;
let backup: CatalogEntry;

beforeEach(async () => {
  const copies = [memoryRepository({ name: 'cloud' })];
  world = await retentionWorld(temporaryDirectory(), { repositories: { primary: memoryRepository(), copies } });
  backup = await storeSet(world, { days: 31 });
});

const ben = { name: 'ben', via: 'slack', roles: { '*': ['operator'] } } as const;

test('a pin lies beside the set in every repository, and the catalog and the audit log know it', async () => {
  const kept = await keepBackup(world, {
    principal: ben,
    backup: 'a310',
    reason: ' before  the move ',
    until: '2026-12-31',
  });
  const pin = { reason: 'before the move', until: '2026-12-31T23:59:59.000Z', by: 'ben' };
  expect(kept).toMatchObject({ kind: 'kept', backupId: backup.id, pin, unreached: [] });
  for (const repository of [primary(), ...world.repositories.copies]) {
    expect((await keysIn(repository)).filter((key) => key.includes('/facts/pin-'))).toHaveLength(1);
  }
  expect(world.state.catalog.get(backup.id)?.pin).toMatchObject(pin);
  expect(world.state.audit.list()[0]).toMatchObject({ action: 'backup.kept', actor: 'ben', subject: backup.id });
});

test('the newest word counts, also after the state was lost', async () => {
  await keepBackup(world, { principal: asha, backup: backup.id, reason: 'first' });
  world.clock.jumpTo('2026-11-25T04:31:00Z');
  await keepBackup(world, { principal: asha, backup: backup.id, reason: 'second' });
  await rebuildCatalog(world, { principal: asha });
  expect(world.state.catalog.get(backup.id)?.pin).toMatchObject({ reason: 'second', until: null });
  world.clock.jumpTo('2026-11-25T04:32:00Z');
  expect(await unkeepBackup(world, { principal: asha, backup: backup.id })).toMatchObject({ kind: 'released' });
  expect(world.state.catalog.get(backup.id)?.pin).toBeNull();
  await rebuildCatalog(world, { principal: asha });
  expect(world.state.catalog.get(backup.id)?.pin).toBeNull();
});

test('a pin that somebody altered, or put there without the key, says nothing', async () => {
  await keepBackup(world, { principal: asha, backup: backup.id, reason: 'first' });
  const [key = ''] = (await keysIn(primary())).filter((one) => one.includes('/facts/pin-'));
  await primary().put(key, Buffer.from(JSON.stringify({ pinned: { reason: 'forged', until: null } })));
  await rebuildCatalog(world, { principal: asha });
  expect(world.state.catalog.get(backup.id)?.pin).toBeNull();
});

test('one repository that is away does not stop it, and is told', async () => {
  const away = async () => {
    throw new Error('away');
  };
  Object.assign(world.repositories.copies[0] ?? {}, { get: away });
  expect(await keepBackup(world, { principal: asha, backup: backup.id, reason: 'x' })).toMatchObject({
    unreached: ['cloud'],
  });
  Object.assign(primary(), { get: away });
  await expect(keepBackup(world, { principal: asha, backup: backup.id, reason: 'x' })).rejects.toThrow('away');
});

test('operators may keep, admins alone release', async () => {
  const viewer = { ...ben, roles: { '*': ['viewer'] } } as const;
  expect(await keepBackup(world, { principal: viewer, backup: backup.id, reason: 'x' })).toMatchObject({
    reason: 'not-allowed',
  });
  await keepBackup(world, { principal: ben, backup: backup.id, reason: 'x' });
  expect(await unkeepBackup(world, { principal: ben, backup: backup.id })).toMatchObject({ needs: ['admin'] });
  expect(world.state.catalog.get(backup.id)?.pin).not.toBeNull();
});

test.each([
  ['without a reason', { reason: '  ' }, 'Why'],
  ['with a reason that is a story', { reason: 'x'.repeat(301) }, 'too long'],
  ['until a day that is past', { reason: 'x', until: '2026-11-24' }, 'past'],
  ['until no day', { reason: 'x', until: 'Christmas' }, 'is no day'],
  ['until a day that there is not', { reason: 'x', until: '2027-02-30' }, 'is no day'],
])('%s nothing is kept', async (_, request, words) => {
  const failure = await failureOf(() => keepBackup(world, { principal: asha, backup: backup.id, ...request }));
  expect([failure.code, failure.message]).toEqual(['usage', expect.stringContaining(words)]);
  expect((await keysIn(primary())).filter((key) => key.includes('/facts/pin-'))).toEqual([]);
});

test('what is not pinned cannot be released', async () => {
  expect((await failureOf(() => unkeepBackup(world, { principal: asha, backup: backup.id }))).code).toBe('usage');
});

test('the end of a pin is the end of its day, or a moment of its own', () => {
  const at = new Date(now);
  expect(parsePinEnd('2026-11-25', at).toISOString()).toBe('2026-11-25T23:59:59.000Z');
  expect(parsePinEnd('2026-12-01T12:00:00+01:00', at).toISOString()).toBe('2026-12-01T11:00:00.000Z');
});

test('a pin that ends within days is a warning of the status', async () => {
  await keepBackup(world, { principal: asha, backup: backup.id, reason: 'x', until: '2026-11-28' });
  const answer = readStatus(world, { principal: asha });
  const codes = answer.kind === 'status' ? answer.sources[0]?.warnings.map(({ code }) => code) : [];
  expect(codes).toContain('pin-ending');
});

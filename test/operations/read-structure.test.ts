import { zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { setObjects, setPrefix } from '../../src/domain/backup-set.ts';
import { withFrameHeader } from '../../src/domain/zstd-frames.ts';
import { diffSchemas } from '../../src/operations/diff-schemas.ts';
import { openSet } from '../../src/operations/open-set.ts';
import { readStructure } from '../../src/operations/read-structure.ts';
import type { World } from '../../src/operations/world.ts';
import { asha, retentionWorld, storeSet } from '../support/retention-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const whole = 'CREATE DATABASE `a`;\nUSE `a`;\nCREATE TABLE `t` (\n  `id` int\n);\n-- Dump completed\n';
let world: World;
let id: string;

beforeEach(async () => {
  world = await retentionWorld(temporaryDirectory());
  ({ id } = await storeSet(world, { days: 1, kind: 'schema' }));
  await holdStructure(id, whole);
});

/** What the set's structure says, and how many tables its manifest counts. */
async function holdStructure(of: string, sql: string, tables = 1): Promise<void> {
  const { primary } = world.repositories;
  const { prefix, setKey, manifest } = await openSet(world, primary, of, { principal: asha, purpose: 'test' });
  const part = 'parts/010-structure.sql.zst';
  await primary.put(`${prefix}${part}`, await setKey.encryptObject(part, withFrameHeader(zstdCompressSync(sql))));
  const counted = { ...manifest, objects: { ...manifest.objects, tables } };
  const sealed = await setKey.encryptObject(setObjects.manifest, Buffer.from(JSON.stringify(counted)));
  await primary.put(`${setPrefix(of)}${setObjects.manifest}`, sealed);
}

const opened = () =>
  world.state.audit.list({}).filter(({ action, detail }) => action === 'keys.opened' && detail?.purpose !== 'test');

describe('reading a structure', () => {
  test('opens the key of the set, and the audit log knows who had it opened and what for', async () => {
    const read = await readStructure(world, id, { principal: asha });
    expect(read).toMatchObject({ kind: 'structure', objects: [{ kind: 'schema' }, { kind: 'table', name: 't' }] });
    expect(opened()).toMatchObject([{ actor: 'asha', subject: id, detail: { purpose: 'structure' } }]);
  });

  test('is refused to whoever may not look, and opens nothing', async () => {
    const stranger = { ...asha, name: 'eve', roles: { billing: ['admin'] } } as const;
    expect(await readStructure(world, id, { principal: stranger })).toMatchObject({ reason: 'not-allowed' });
    const diff = await diffSchemas(world, { principal: stranger, before: id, after: id });
    expect(diff).toMatchObject({ reason: 'not-allowed' });
    expect(opened()).toEqual([]);
    expect(world.state.audit.list({ actor: 'eve' })).toMatchObject([
      { action: 'look.refused' },
      { action: 'look.refused' },
    ]);
  });

  test('ends when it is cancelled, before it and in the middle of a part', async () => {
    const before = readStructure(world, id, { principal: asha, signal: AbortSignal.abort(new Error('enough')) });
    await expect(before).rejects.toThrow('enough');
    expect(opened()).toEqual([]);

    const stop = new AbortController();
    const { primary } = world.repositories;
    const get: typeof primary.get = (key, options) => {
      if (key.includes('/parts/')) stop.abort(new Error('enough'));
      return primary.get(key, options);
    };
    const stopping = { ...world, repositories: { primary: { ...primary, get }, copies: [] } };
    await expect(readStructure(stopping, id, { principal: asha, signal: stop.signal })).rejects.toThrow('enough');
  });

  test.each([
    ['a statement that nobody can name', `${whole}CREATE STRANGE "thing" AS x;\n`, 1, 'CREATE STRANGE "thing" AS x'],
    ['a table fewer than the manifest counts', whole, 2, 'missing: 1 of 2 tables'],
  ])('fails on %s, and says what to do', async (_, sql, tables, saying) => {
    await holdStructure(id, sql, tables);
    const failure = await readStructure(world, id, { principal: asha }).catch((error) => error);
    expect(failure).toMatchObject({ code: 'structure-unreadable', message: expect.stringContaining(saying) });
    expect(failure.message).toContain(id);
    expect(failure.hint).toContain('RECOVER.md');
    await expect(diffSchemas(world, { principal: asha, before: id, after: id })).rejects.toMatchObject({
      code: 'structure-unreadable',
    });
  });

  test('is refused of what has none any more, or never had', async () => {
    const { id: incremental } = await storeSet(world, { days: 2, kind: 'incremental' });
    expect(await readStructure(world, incremental, { principal: asha })).toMatchObject({ reason: 'no-structure' });
    const entry = world.state.catalog.get(id);
    const at = world.clock.now().toISOString();
    if (entry) world.state.catalog.put({ ...entry, shredded: { at, by: 'asha', reason: 'asked', remains: [] } });
    expect(await readStructure(world, id, { principal: asha })).toMatchObject({ reason: 'shredded' });
    const { id: other } = await storeSet(world, { days: 3, kind: 'schema' });
    const diff = await diffSchemas(world, { principal: asha, before: other, after: id });
    expect(diff).toMatchObject({ reason: 'shredded' });
    expect(opened()).toEqual([]);
  });
});

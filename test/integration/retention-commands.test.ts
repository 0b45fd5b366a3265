import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { CatalogEntry } from '../../src/domain/catalog.ts';
import { retentionWorld, setsIn, storeSet } from '../support/retention-world.ts';
import { runTidemark } from '../support/run-tidemark.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** The real command on a repository that was filled by hand: no server is needed to forget backups. */
let folder: string;
let old: CatalogEntry;
let newest: CatalogEntry;

beforeEach(async () => {
  folder = temporaryDirectory();
  const world = await retentionWorld(folder, { now: new Date().toISOString() });
  await storeSet(world, { days: 40 });
  old = await storeSet(world, { days: 31 });
  newest = await storeSet(world, { days: 1 });
  world.state.close();
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `sources: { alumni: { host: 127.0.0.1, user: nobody, password: { env: PASSWORD } } }
repository: { primary: { type: local, path: repository }, warnWhenFullWithin: 3w }
encryption: { keys: [{ id: k-test, file: test.key }] }
schedules: { full: { cron: "0 2 * * *", keep: 30d } }
state: { path: state.db }
`,
  );
});

const tidemark = (...args: string[]) => runTidemark(args, { cwd: folder, env: { PASSWORD: '' } });

test('what would go is shown, kept, carried out as shown', async () => {
  const dry = await tidemark('prune', '--dry-run', '--json');
  const { id: plan, repositories } = JSON.parse(dry.stdout);
  expect([dry.status, repositories[0].removals.length]).toEqual([0, 2]);

  expect((await tidemark('keep', old.id)).status).toBe(2);
  const kept = await tidemark('keep', old.id, '--reason', 'before the move', '--until', '2999-12-31');
  expect([kept.status, kept.stdout]).toEqual([
    0,
    expect.stringMatching(/is pinned by .+ until 2999-12-31: before the move/),
  ]);

  const changed = await tidemark('prune', '--plan', plan);
  expect([changed.status, changed.stderr]).toEqual([3, expect.stringContaining('nothing was done')]);
  const shown = /--plan ([0-9a-f]{8})/.exec(changed.stdout)?.[1] ?? '';
  const done = await tidemark('prune', '--plan', shown);
  expect([done.status, done.stdout]).toEqual([0, expect.stringContaining('Removed 1 backup')]);
  expect((await tidemark('backups')).stdout).toContain(`${old.id} is pinned by`);
  expect((await tidemark('unkeep', old.id)).status).toBe(0);
  expect((await tidemark('prune', '--json')).stdout).toContain(old.id);
  const world = await retentionWorld(folder);
  expect(await setsIn(world.repositories.primary)).toEqual([newest.id]);
  world.state.close();
});

test('where the newest backup is damaged nothing goes, and the exit status says so', async () => {
  const world = await retentionWorld(folder);
  await world.repositories.primary.remove(`alumni/full/${newest.id}/parts/100-data.sql.zst`);
  world.state.close();
  const run = await tidemark('prune');
  expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('parts/100-data.sql.zst is missing')]);
  expect((await tidemark('backups')).stdout).toContain('3 backups');
});

test('storage tells what lies there, how it grows and what is free, for people and for machines', async () => {
  const said = await tidemark('storage');
  expect(said.stdout).toMatch(/primary \(.+repository\): .+ of backups, .+ free, .+ a day, not full within a year/);
  expect(said.stdout).toMatch(/alumni {2}full {6}3/);
  const [use] = JSON.parse((await tidemark('storage', '--json')).stdout).repositories;
  expect(use).toMatchObject({
    repository: 'primary',
    fullInDays: null,
    sources: [{ kinds: [{ kind: 'full', count: 3 }] }],
  });
  expect(use.freeBytes).toBeGreaterThan(0);
});

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { probePrefix } from '../../src/domain/backup-set.ts';
import { sweepLeftovers } from '../../src/operations/sweep-leftovers.ts';
import { catalogued } from '../support/catalogued.ts';
import { smallWorld } from '../support/small-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const id = '20261122T020000Z-full-alumni-x7k2';
const set = `alumni/full/${id}`;
const unfinished = (name: string) => `.${name}.partial-0123456789ab`;

describe('what a killed run left in a directory', () => {
  function scene() {
    const path = temporaryDirectory();
    const world = smallWorld();
    const put = (key: string, modifiedAt = new Date()) => {
      mkdirSync(dirname(join(path, key)), { recursive: true });
      writeFileSync(join(path, key), 'x');
      utimesSync(join(path, key), modifiedAt, modifiedAt);
    };
    const left = () => readdirSync(path, { recursive: true });
    return {
      path,
      world,
      put,
      left,
      sweep: (job?: string) => sweepLeftovers(world, localRepository({ path }), 'alumni', job),
    };
  }

  it('is swept where nothing but an unfinished write lies, or an empty directory', async () => {
    const { path, put, left, sweep } = scene();
    put(`${set}/${unfinished('keys')}`);
    put(unfinished('recover.mjs'));
    mkdirSync(join(path, 'alumni/full/20261123T020000Z-full-alumni-aaaa/parts'), { recursive: true });
    expect(await sweep()).toBe(2);
    expect(left()).toEqual([]);
  });

  it('is swept beside the facts of a good backup, which stays', async () => {
    const { put, left, sweep } = scene();
    put(`${set}/manifest`);
    put(`${set}/facts/${unfinished('verified-1')}`);
    expect(await sweep()).toBe(1);
    expect(left()).toContain(`${set}/manifest`);
    expect(left()).not.toContain(`${set}/facts`);
  });

  it('is let alone while another job may be writing it', async () => {
    const { path, world, put, sweep } = scene();
    put(`${set}/facts/${unfinished('verified-1')}`);
    const job = { source: 'alumni', startedBy: 'asha', trigger: 'request' } as const;
    const own = world.state.jobs.start({ kind: 'full-backup', ...job });
    const verification = world.state.jobs.start({ kind: 'verification', ...job });
    expect(await sweep(own.kind === 'started' ? own.job.id : '')).toBe(0);
    expect(existsSync(join(path, set, 'facts', unfinished('verified-1')))).toBe(true);

    if (verification.kind === 'started')
      world.state.jobs.finish(verification.job.id, { kind: 'succeeded', backupId: id });
    expect(await sweep(own.kind === 'started' ? own.job.id : '')).toBe(1);
  });

  it('is no leftover when the catalog lists it: its manifest was lost, and the rest may be needed', async () => {
    const { world, put, left, sweep } = scene();
    world.state.catalog.put(catalogued(id));
    put(`${set}/keys`);
    put(`${set}/parts/100-data.sql.zst`);
    expect(await sweep()).toBe(0);
    expect(left()).toContain(`${set}/parts/100-data.sql.zst`);
    expect(world.logged).toMatchObject([{ level: 'warn', fields: { backup: id } }]);

    world.state.catalog.remove(id);
    expect(await sweep()).toBe(2);
    expect(left()).toEqual([]);
  });

  it('of a probe goes once it is old', async () => {
    const { world, put, left, sweep } = scene();
    put(`${probePrefix}old`, new Date(world.clock.now().getTime() - 2 * 3_600_000));
    put(`${probePrefix}new`, world.clock.now());
    expect(await sweep()).toBe(1);
    expect(left()).toEqual([`${probePrefix}new`]);
  });
});

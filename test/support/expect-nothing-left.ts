import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'vitest';
import { type BackupWorld, objectKeys } from './backup-world.ts';
import type { TestServer } from './database-server.ts';
import { findPrograms } from './find-programs.ts';

/**
 * After a backup that did not come about: no backup, no object, no program, no file with a password, and no lock: a write and DDL on
 * `table` go through (the server gives up on them after 5 s).
 */
export async function expectNothingLeft(world: BackupWorld, server: TestServer, table: string): Promise<void> {
  const run = world.state.jobs.list({})[0]?.backupId ?? '';
  expect(run).toContain('-full-alumni-');
  expect(world.state.catalog.list()).toEqual([]);
  expect((await objectKeys(world)).filter((key) => key !== 'recover.mjs')).toEqual([]);
  expect(await world.repositories.primary.sweepUnfinished('')).toBe(0);
  await expect.poll(() => findPrograms(run)).toEqual([]);
  expect(readdirSync(tmpdir()).filter((name) => name.includes(run))).toEqual([]);
  await server.query(`SET SESSION lock_wait_timeout = 5, innodb_lock_wait_timeout = 5;
    UPDATE ${table} SET note = 'after'; ALTER TABLE ${table} COMMENT = 'after'`);
}

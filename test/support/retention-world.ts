import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keyEncryption } from '../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile, readKeyFile } from '../../src/adapters/crypto/key-file.ts';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { type BackupKind, makeBackupId } from '../../src/domain/backup-id.ts';
import { setObjects, setPrefix } from '../../src/domain/backup-set.ts';
import { type CatalogEntry, catalogEntry } from '../../src/domain/catalog.ts';
import { type Manifest, manifestSchema } from '../../src/domain/manifest.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import type { Verification } from '../../src/domain/verification.ts';
import { keepFact } from '../../src/operations/facts.ts';
import type { World } from '../../src/operations/world.ts';
import type { Repositories, Repository } from '../../src/ports/repository.ts';
import { type SmallWorld, smallWorld } from './small-world.ts';

export const now = '2026-11-25T04:30:00Z';
export const asha: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };

/** A world without servers, in which sets are stored by hand: keys, encryption and repositories are real. 30 days of fulls, 90 of schemas. */
export async function retentionWorld(
  directory: string,
  {
    repositories = { primary: localRepository({ path: join(directory, 'repository') }), copies: [] },
    ...parts
  }: { repositories?: Repositories; sources?: string[]; now?: string } & Partial<Pick<World, 'crashPoint'>> = {},
): Promise<SmallWorld> {
  mkdirSync(join(directory, 'repository'), { recursive: true });
  const keyFile = join(directory, 'test.key');
  const key = existsSync(keyFile) ? await readKeyFile(keyFile) : await createKeyFile(keyFile, 'k-test');
  const keeps = { full: { cron: '0 2 * * *', keepDays: 30 }, schema: { cron: '0 3 * * 0', keepDays: 90 } };
  return smallWorld({
    now,
    ...parts,
    statePath: join(directory, 'state.db'),
    repositories,
    encryption: keyEncryption([key]),
    schedules: keeps,
  });
}

export interface SetToStore {
  /** Days before the world's now. */
  readonly days: number;
  readonly kind?: BackupKind;
  readonly source?: string;
  /** `none`: not verified. */
  readonly verdict?: 'good' | 'bad' | 'none';
  /** Everywhere, unless named. */
  readonly in?: readonly Repository[];
}

/** Stores a whole set, of two small parts, as a backup would have; the catalog lists it. */
export async function storeSet(world: World, wanted: SetToStore): Promise<CatalogEntry> {
  const { days, kind = 'full', source = 'alumni', verdict = 'good' } = wanted;
  const repositories = wanted.in ?? [world.repositories.primary, ...world.repositories.copies];
  const at = new Date(world.clock.now().getTime() - days * 86_400_000);
  const id = makeBackupId(kind, source, at, `a${String(Math.floor(days * 10)).padStart(3, '0')}`.slice(-4));
  const { setKey, keysObject } = await world.encryption.createSetKey(id);
  const prefix = setPrefix(id) ?? '';
  const names = ['parts/010-structure.sql.zst', 'parts/100-data.sql.zst'];
  const parts = await Promise.all(
    names.map(async (name) => ({ name, bytes: await setKey.encryptObject(name, Buffer.from(`what is in ${name}`)) })),
  );
  const manifest = describe({ id, kind, source, at, parts });
  const sealed = await setKey.encryptObject(setObjects.manifest, Buffer.from(JSON.stringify(manifest)));
  const verification = verificationOf(manifest, verdict === 'bad' ? 'bad' : 'good');
  for (const repository of repositories) {
    await repository.put(`${prefix}${setObjects.keys}`, keysObject);
    for (const { name, bytes } of parts) await repository.put(`${prefix}${name}`, bytes);
    await repository.put(`${prefix}${setObjects.guide}`, Buffer.from('how to recover'));
    await repository.put(`${prefix}${setObjects.manifest}`, sealed);
    if (verdict === 'none') continue;
    await keepFact(repository, { prefix, setKey, manifest }, 'verified', {
      at: verification.finishedAt,
      fact: verification,
    });
  }
  const entry = catalogEntry(
    manifest,
    repositories.map(({ name }) => name),
    verdict === 'none' ? [] : [verification],
  );
  world.state.catalog.put(entry);
  return entry;
}

function describe({
  id,
  kind,
  source,
  at,
  parts,
}: {
  id: string;
  kind: BackupKind;
  source: string;
  at: Date;
  parts: readonly { name: string; bytes: Uint8Array }[];
}): Manifest {
  const nothing = {
    schemas: 1,
    tables: 1,
    sequences: 0,
    views: 0,
    procedures: 0,
    functions: 0,
    triggers: 0,
    events: 0,
  };
  return manifestSchema.parse({
    formatVersion: 1,
    id,
    kind,
    method: 'mysqldump',
    source: {
      name: source,
      serverUuid: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
      flavour: 'mysql',
      version: '9.7.4',
      characterSet: 'utf8mb4',
      lowerCaseTableNames: 0,
    },
    startedAt: at.toISOString(),
    snapshotAt: at.toISOString(),
    finishedAt: at.toISOString(),
    tools: {},
    flags: [],
    position: { file: 'binlog.000042', offset: 4, gtidSet: '' },
    lock: { method: 'global-read-lock', heldMilliseconds: 12, ddlGuard: 'instance-lock' },
    scope: { allSchemas: true, schemas: ['alumni'], accounts: false },
    tables: [],
    objects: { ...nothing, accounts: 0 },
    parts: parts.map(({ name, bytes }) => ({
      name,
      role: name.includes('data') ? 'data' : 'structure',
      format: 'sql',
      encoding: 'zstd',
      tables: [],
      rawBytes: 100,
      storedBytes: bytes.length,
      sha256: sha256(bytes),
    })),
    plain: { recoverProgram: sha256(Buffer.from('')), guide: sha256(Buffer.from('how to recover')) },
    warnings: [],
  } satisfies Manifest);
}

function verificationOf({ id, finishedAt, parts }: Manifest, verdict: 'good' | 'bad'): Verification {
  return {
    formatVersion: 1,
    fact: 'verification',
    backupId: id,
    repository: 'primary',
    depth: 'read',
    startedAt: finishedAt,
    finishedAt,
    verdict,
    parts: parts.length,
    tables: 0,
    rows: 0,
    storedBytes: 0,
    rawBytes: 0,
    findings: verdict === 'bad' ? [{ object: 'parts/100-data.sql.zst', problem: 'altered', detail: 'played' }] : [],
  };
}

/** The sets that lie in a repository with a manifest, oldest first. */
export async function setsIn(repository: Repository): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of repository.list('')) {
    const [, , id = '', object] = key.split('/');
    if (object === setObjects.manifest) ids.push(id);
  }
  return ids.sort();
}

export async function keysIn(repository: Repository, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of repository.list(prefix)) keys.push(key);
  return keys;
}

import { buffer } from 'node:stream/consumers';
import type { BackupId } from '../domain/backup-id.ts';
import { setObjects, setPrefix } from '../domain/backup-set.ts';
import { Failure } from '../domain/failure.ts';
import { type Manifest, manifestSchema } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import type { SetKey } from '../ports/encryption.ts';
import type { Repository } from '../ports/repository.ts';
import type { World } from './world.ts';

/** A backup set whose key has been opened: its manifest is authentic. */
export interface OpenSet {
  readonly prefix: string;
  readonly setKey: SetKey;
  readonly manifest: Manifest;
}

/**
 * Opens a set's key and reads its manifest; the audit log notes who had the key opened and what for.
 * Failures: `backup-missing`, `key-missing`, `integrity`, and the repository's.
 */
export async function openSet(
  world: World,
  repository: Repository,
  id: BackupId,
  { principal, purpose }: { principal: Pick<Principal, 'name' | 'via'>; purpose: string },
): Promise<OpenSet> {
  const prefix = setPrefix(id);
  if (prefix === undefined) throw backupMissing(id, repository);
  const keysObject = await readWhole(repository, `${prefix}${setObjects.keys}`).catch((error) => {
    throw error instanceof Failure && error.code === 'object-missing' ? backupMissing(id, repository) : error;
  });
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: 'keys.opened',
    subject: id,
    detail: { purpose, repository: repository.name },
  });
  const setKey = await world.encryption.openSetKey(id, keysObject);
  const message = await readWhole(repository, `${prefix}${setObjects.manifest}`);
  const plain = await setKey.decryptObject(setObjects.manifest, message);
  return { prefix, setKey, manifest: parseManifest(plain, id) };
}

/** Reads an object that is known to be small. */
export async function readWhole(repository: Repository, key: string): Promise<Uint8Array> {
  return buffer(await repository.get(key));
}

function parseManifest(plain: Uint8Array, id: BackupId): Manifest {
  const parsed = manifestSchema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8')));
  if (parsed.success && parsed.data.id === id) return parsed.data;
  throw new Failure('integrity', `The manifest of ${id} is not one that this Tidemark can read.`, {
    hint: 'If the backup was made by a newer Tidemark, use that one. Otherwise use another copy of the backup.',
  });
}

function backupMissing(id: BackupId, repository: Repository): Failure {
  return new Failure('backup-missing', `There is no backup ${id} in ${repository.name}.`, {
    hint: 'tidemark backups lists what there is; tidemark catalog rebuild reads the repository anew.',
  });
}

import { backupIdOfKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import { Failure } from '../domain/failure.ts';
import { type Verification, verificationSchema } from '../domain/verification.ts';
import type { Repository } from '../ports/repository.ts';
import { type OpenSet, readWhole } from './open-set.ts';
import { verificationsPrefix } from './verify-set.ts';

/** Ids of the sets below a prefix that have a manifest, in key order. */
export async function listSets(repository: Repository, prefix = ''): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of repository.list(prefix)) {
    const id = backupIdOfKey(key);
    if (id !== undefined && key.endsWith(`/${id}/${setObjects.manifest}`)) ids.push(id);
  }
  return ids;
}

/** Whether somebody destroyed its key and left word of it. */
export async function isShredded(repository: Repository, id: string): Promise<boolean> {
  const has = async (object: string) => (await repository.stat(`${setPrefix(id)}${object}`)) !== undefined;
  return (await has(setObjects.shredded)) && !(await has(setObjects.keys));
}

/** The verifications beside a set that can be trusted, oldest first. One that was altered says nothing, neither good nor bad. */
export async function readVerifications(repository: Repository, set: OpenSet): Promise<Verification[]> {
  const verifications: Verification[] = [];
  for await (const { key } of repository.list(verificationsPrefix(set.manifest.id))) {
    const verification = await readVerification(repository, set, key);
    if (verification) verifications.push(verification);
  }
  return verifications;
}

async function readVerification(repository: Repository, set: OpenSet, key: string): Promise<Verification | undefined> {
  try {
    const plain = await set.setKey.decryptObject(key.slice(set.prefix.length), await readWhole(repository, key));
    return verificationSchema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8'))).data;
  } catch (error) {
    if (error instanceof Failure && error.code === 'integrity') return undefined;
    throw error;
  }
}

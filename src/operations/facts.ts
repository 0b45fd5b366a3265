import type { z } from 'zod';
import { copiedFactSchema } from '../domain/copies/copy-standing.ts';
import { Failure } from '../domain/failure.ts';
import { type MigrationMark, markAfter, migrationFactSchema } from '../domain/migration/migration-fact.ts';
import { type Pin, pinAfter, pinFactSchema } from '../domain/pin.ts';
import { type Verification, verificationSchema } from '../domain/verification.ts';
import type { Repository } from '../ports/repository.ts';
import { type OpenSet, readWhole } from './open-set.ts';

/** What is learnt about a set, as the names of its facts begin. */
export type FactKind = 'verified' | 'pin' | 'removed' | 'copied' | 'migration';

/** Stores a fact beside its set, authenticated as the set itself is. Names sort by time, and none is ever replaced. */
export async function keepFact(
  repository: Repository,
  set: OpenSet,
  kind: FactKind,
  { at, fact }: { at: string; fact: object },
): Promise<void> {
  const name = `facts/${kind}-${at.replace(/[-:.]/g, '')}`;
  const sealed = await set.setKey.encryptObject(name, Buffer.from(JSON.stringify(fact)));
  await repository.put(`${set.prefix}${name}`, sealed);
}

/** The verifications beside a set that can be trusted, oldest first. */
export function readVerifications(repository: Repository, set: OpenSet): Promise<Verification[]> {
  return readFacts(repository, set, 'verified', verificationSchema);
}

/** The pin that holds on a set by what lies beside it; null when there is none. */
export async function readPin(repository: Repository, set: OpenSet): Promise<Pin | null> {
  return pinAfter(await readFacts(repository, set, 'pin', pinFactSchema));
}

/** The migration that a set was taken for; undefined for most. */
export async function readMigration(repository: Repository, set: OpenSet): Promise<MigrationMark | undefined> {
  if (set.manifest.kind !== 'schema') return undefined;
  return markAfter(await readFacts(repository, set, 'migration', migrationFactSchema));
}

/** Whether a set that lies in a copy was read back there, every object of it. */
export async function wasConfirmed(repository: Repository, set: OpenSet): Promise<boolean> {
  const facts = await readFacts(repository, set, 'copied', copiedFactSchema);
  return facts.some(({ backupId }) => backupId === set.manifest.id);
}

/** One that was altered says nothing, neither good nor bad. */
async function readFacts<Fact>(
  repository: Repository,
  set: OpenSet,
  kind: FactKind,
  schema: z.ZodType<Fact>,
): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const { key } of repository.list(factsPrefix(set.prefix, kind))) {
    const fact = await readFact(repository, set, key, schema);
    if (fact !== undefined) facts.push(fact);
  }
  return facts;
}

async function readFact<Fact>(
  repository: Repository,
  set: OpenSet,
  key: string,
  schema: z.ZodType<Fact>,
): Promise<Fact | undefined> {
  try {
    const plain = await set.setKey.decryptObject(key.slice(set.prefix.length), await readWhole(repository, key));
    return schema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8'))).data;
  } catch (error) {
    if (error instanceof Failure && error.code === 'integrity') return undefined;
    throw error;
  }
}

/** What keys of facts of a kind begin with. */
export function factsPrefix(setPrefix: string, kind: FactKind): string {
  return `${setPrefix}facts/${kind}-`;
}

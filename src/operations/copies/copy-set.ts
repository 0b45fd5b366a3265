import { recoverProgramKey, setObjects, setPrefix } from '../../domain/backup-set.ts';
import { type CatalogEntry, isReadable } from '../../domain/catalog.ts';
import type { CopiedFact } from '../../domain/copies/copy-standing.ts';
import type { Manifest } from '../../domain/manifest.ts';
import { scheduler } from '../../domain/principal.ts';
import { factsPrefix, keepFact } from '../facts.ts';
import { inParallel } from '../in-parallel.ts';
import { keepInPlain } from '../keep-in-plain.ts';
import { keysBelow } from '../keys-below.ts';
import { openSet } from '../open-set.ts';
import { record } from '../record.ts';
import type { Copier } from './copier.ts';
import { copyObject } from './copy-object.ts';
import { holdingKeysPatiently } from './holding-keys-patiently.ts';

/**
 * Copies a set: parts, guide and facts, then its key, and the manifest last. Until then the copy has no backup, only leftovers that the next
 * attempt goes on from; it is listed there once every object was read back. One that was shredded or pruned meanwhile is not copied.
 */
export async function copySet(copier: Copier, { id, source }: CatalogEntry): Promise<void> {
  const { world, primary, copy } = copier;
  const prefix = setPrefix(id) ?? '';
  const { manifest } = await openSet(world, primary, id, { principal: scheduler, purpose: 'copy' });
  await copy.sweepUnfinished(prefix);
  await keepInPlain(copy, recoverProgramKey, world.recoverProgram);
  await inParallel(
    [...contentsOf(manifest)],
    { parallel: 2, signal: copier.signal },
    async ([name, sha256], signal) => {
      await copyObject({ ...copier, signal }, `${prefix}${name}`, { sha256 });
      world.crashPoint('copy-object-stored');
    },
  );
  await copyFacts(copier, prefix);
  await holdingKeysPatiently(copier, async () => {
    const entry = world.state.catalog.get(id);
    if (!entry || !isReadable(entry) || !entry.repositories.includes(primary.name)) return;
    await copyObject(copier, `${prefix}${setObjects.keys}`);
    await copyObject(copier, `${prefix}${setObjects.manifest}`);
    world.crashPoint('copy-manifest-stored');
    const set = await openSet(world, copy, id, { principal: scheduler, purpose: 'copy' });
    const at = world.clock.now().toISOString();
    const fact: CopiedFact = { formatVersion: 1, fact: 'copied', backupId: id, at, from: primary.name };
    await keepFact(copy, set, 'copied', { at, fact });
    world.crashPoint('copy-confirmed');
    listInCopy(copier, id);
    record(world, scheduler, { action: 'backup.copied', source, subject: id, detail: { repository: copy.name } });
  });
}

/** What the manifest vouches for, by name, with its SHA-256. */
function contentsOf({ parts, plain }: Manifest): Map<string, string> {
  return new Map([...parts.map(({ name, sha256 }) => [name, sha256] as const), [setObjects.guide, plain.guide]]);
}

/** Copies what was learnt about a set and is not in the copy yet. What was decided about the primary alone stays there. */
export async function copyFacts(copier: Copier, prefix: string, known?: readonly string[]): Promise<void> {
  const { primary, copy } = copier;
  const there = await keysBelow(copy, `${prefix}facts/`);
  for (const key of known ?? (await keysBelow(primary, `${prefix}facts/`))) {
    if (!there.includes(key) && travels(key, prefix)) await copyObject(copier, key);
  }
}

/** Whether a fact holds wherever the set lies. */
export function travels(key: string, prefix: string): boolean {
  return !(['removed', 'copied'] as const).some((kind) => key.startsWith(factsPrefix(prefix, kind)));
}

/** Read again first: a verification may have ended meanwhile. */
export function listInCopy({ world, copy }: Pick<Copier, 'world' | 'copy'>, id: string): void {
  const { catalog } = world.state;
  const entry = catalog.get(id);
  if (!entry || entry.repositories.includes(copy.name)) return;
  catalog.put({ ...entry, repositories: [...entry.repositories, copy.name] });
}

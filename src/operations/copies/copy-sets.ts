import { hasFiles } from '../../domain/binlog/has-files.ts';
import type { CatalogEntry } from '../../domain/catalog.ts';
import { Failure, type FailureCode, toFailure } from '../../domain/failure.ts';
import { scheduler } from '../../domain/principal.ts';
import type { StoredSegment } from '../binlog/store-segment.ts';
import { wasConfirmed } from '../facts.ts';
import { keysBelow } from '../keys-below.ts';
import { openSet } from '../open-set.ts';
import { compareSets } from './compare-sets.ts';
import type { Copier } from './copier.ts';
import { copyFacts, copySet, listInCopy } from './copy-set.ts';

/**
 * Brings every set of a source to the copy that is not there yet. One that cannot be copied does not keep the others; what was in the way of the first is
 * thrown at the end. `segments` are the copy's binlogs: an incremental backup waits for those that it stands for. Answers how many wait.
 */
export async function copySets(copier: Copier, segments: () => readonly StoredSegment[]): Promise<number> {
  const { world, source, copy, standing } = copier;
  const compared = await compareSets(copier);
  for (const { id } of compared.lost) {
    world.log.error({ backup: id, repository: copy.name }, 'a copy has lost a backup; it is copied again');
    takeOffCopy(copier, id);
  }
  await sweep(copier, compared.leftovers);
  for (const [prefix, keys] of compared.facts) await copyFacts(copier, prefix, keys);
  const unconfirmed: CatalogEntry[] = [];
  for (const entry of compared.unlisted) if (!(await confirm(copier, entry))) unconfirmed.push(entry);

  const missing = [...unconfirmed, ...compared.missing];
  const note = () => {
    const oldest = missing.map(({ finishedAt }) => new Date(finishedAt)).sort((a, b) => a.getTime() - b.getTime())[0];
    standing.missing('sets', missing.length, oldest);
  };
  note();
  const waiting = (entry: CatalogEntry) =>
    entry.binlogs !== undefined &&
    !hasFiles(
      segments().map(({ facts }) => facts),
      entry.binlogs.files,
    );
  let trouble: Failure | undefined;
  for (const entry of [...missing]) {
    if (waiting(entry)) continue;
    try {
      await copySet(copier, entry);
      missing.splice(missing.indexOf(entry), 1);
      note();
      world.log.info({ source, backup: entry.id, repository: copy.name }, 'copied a backup');
    } catch (error) {
      copier.signal.throwIfAborted();
      const failure = toFailure(error);
      trouble ??= failure;
      if (failsAlike.includes(failure.code)) break;
      world.log.error(
        { source, backup: entry.id, repository: copy.name, error: failure.message },
        'a backup was not copied',
      );
    }
  }
  if (trouble) throw trouble;
  return missing.filter(waiting).length;
}

/** What fails for one set for such a reason fails for all of them. */
const failsAlike: readonly FailureCode[] = ['repository-unavailable', 'disk-full', 'key-unavailable', 'internal'];

/** Lists a set that lies whole in the copy, if a note beside it says that it was read back there: the state was lost, or somebody else copied it. */
async function confirm({ world, copy }: Copier, { id }: CatalogEntry): Promise<boolean> {
  try {
    const set = await openSet(world, copy, id, { principal: scheduler, purpose: 'copy' });
    if (!(await wasConfirmed(copy, set))) return false;
    listInCopy({ world, copy }, id);
    return true;
  } catch (error) {
    // Altered, or under a key that is gone: it is copied anew.
    if (error instanceof Failure && !error.retryable) return false;
    throw error;
  }
}

async function sweep({ world, copy }: Copier, prefixes: readonly string[]): Promise<void> {
  for (const prefix of prefixes) {
    await copy.sweepUnfinished(prefix);
    for (const key of await keysBelow(copy, prefix)) await copy.remove(key);
    world.log.info({ prefix, repository: copy.name }, 'swept what an interrupted copy left');
  }
}

function takeOffCopy({ world, copy }: Copier, id: string): void {
  const entry = world.state.catalog.get(id);
  if (!entry) return;
  world.state.catalog.put({ ...entry, repositories: entry.repositories.filter((name) => name !== copy.name) });
}

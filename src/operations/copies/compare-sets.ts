import { type BackupKind, backupKinds } from '../../domain/backup-id.ts';
import { backupIdOfKey, setObjects, setPrefix } from '../../domain/backup-set.ts';
import { type CatalogEntry, isReadable } from '../../domain/catalog.ts';
import { worthCopying } from '../../domain/copies/worth-copying.ts';
import { retentionPolicy } from '../../domain/retention/retained.ts';
import type { Repository } from '../../ports/repository.ts';
import { factsPrefix } from '../facts.ts';
import { listedIn } from '../listed-in.ts';
import type { Copier } from './copier.ts';
import { travels } from './copy-set.ts';

/** What a copy lacks of a source's sets. */
export interface SetsCompared {
  /** Listed in the primary and not in the copy, the newest first: it is what one would want most. */
  readonly missing: readonly CatalogEntry[];
  /** Whole in the copy by its manifest, though the catalog does not say so. */
  readonly unlisted: readonly CatalogEntry[];
  /** Listed in the copy, whose manifest is gone there. */
  readonly lost: readonly CatalogEntry[];
  /** Facts of sets that the copy has, which are not there yet, by the set's prefix. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
  /** Prefixes in the copy of sets without a manifest, which nobody is going to complete. */
  readonly leftovers: readonly string[];
}

/** Lists both repositories and compares them with each other, and with the catalog. */
export async function compareSets({ world, source, primary, copy }: Copier): Promise<SetsCompared> {
  const there = await indexSets(primary, source);
  const here = await indexSets(copy, source);
  const inPrimary = listedIn(world, primary, source).filter((entry) => isReadable(entry) && there.get(entry.id)?.whole);
  const worth = worthCopying(inPrimary, retentionPolicy(world.schedules), world.clock.now());
  const listed = inPrimary.filter(({ id }) => here.get(id)?.whole || (worth.has(id) && !here.get(id)?.givenUp));
  const isWhole = ({ id }: CatalogEntry) => here.get(id)?.whole ?? false;
  const isListed = ({ repositories }: CatalogEntry) => repositories.includes(copy.name);
  const facts = listed.filter(isWhole).map(({ id }): [string, string[]] => {
    const prefix = setPrefix(id) ?? '';
    const known = new Set(here.get(id)?.facts);
    return [prefix, (there.get(id)?.facts ?? []).filter((key) => !known.has(key) && travels(key, prefix))];
  });
  const wanted = new Set(listed.map(({ id }) => id));
  const inCopy = new Set(listedIn(world, copy, source).map(({ id }) => id));
  return {
    missing: listed.filter((entry) => !isWhole(entry)).sort((a, b) => (a.id < b.id ? 1 : -1)),
    unlisted: listed.filter((entry) => isWhole(entry) && !isListed(entry)),
    lost: listed.filter((entry) => !isWhole(entry) && isListed(entry)),
    facts: new Map(facts.filter(([, keys]) => keys.length > 0)),
    leftovers: [...here].flatMap(([id, { whole, givenUp }]) =>
      whole || givenUp || wanted.has(id) || inCopy.has(id) ? [] : (setPrefix(id) ?? []),
    ),
  };
}

interface IndexedSet {
  /** Has a manifest. */
  whole: boolean;
  /** Is being removed, as a note beside it says. */
  givenUp: boolean;
  readonly facts: string[];
}

async function indexSets(repository: Repository, source: string): Promise<Map<string, IndexedSet>> {
  const sets = new Map<string, IndexedSet>();
  for (const kind of backupKinds satisfies readonly BackupKind[]) {
    for await (const { key } of repository.list(`${source}/${kind}/`)) {
      const id = backupIdOfKey(key);
      if (id === undefined) continue;
      const prefix = setPrefix(id) ?? '';
      const set = sets.get(id) ?? { whole: false, givenUp: false, facts: [] };
      sets.set(id, set);
      if (key === `${prefix}${setObjects.manifest}`) set.whole = true;
      if (key.startsWith(`${prefix}facts/`)) set.facts.push(key);
      if (key.startsWith(factsPrefix(prefix, 'removed'))) set.givenUp = true;
    }
  }
  return sets;
}

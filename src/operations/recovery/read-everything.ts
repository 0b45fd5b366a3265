import { createHash } from 'node:crypto';
import { type BinlogRange, type RangeFile, segmentsOf } from '../../domain/binlog/binlog-range.ts';
import { dayPrefix, segmentNames } from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import type { ManifestPart } from '../../domain/manifest.ts';
import { noPlan, type RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import type { Repository } from '../../ports/repository.ts';
import type { OpenSet } from '../open-set.ts';
import { readFile } from './read-file.ts';
import type { StoredChain } from './source-chains.ts';

interface Everything {
  readonly repositories: readonly Repository[];
  readonly set: OpenSet;
  readonly range: BinlogRange | null;
  readonly chains: readonly StoredChain[];
  readonly signal: AbortSignal;
  readonly onRead: (storedBytes: number) => void;
}

/**
 * Reads all that a recovery is going to need, before anything is touched: every part against its SHA-256, every segment decrypted and decompressed.
 * Each has to be whole in one repository. Failures `integrity`, `object-missing`, `binlog-gap`.
 */
export async function readEverything(everything: Everything): Promise<void> {
  const { repositories, set, range, chains, signal, onRead } = everything;
  for (const part of set.manifest.parts) {
    await inOneOf(repositories, signal, (repository) => readPartWhole(repository, set, part, signal));
    onRead(part.storedBytes);
  }
  for (const file of range?.files ?? [])
    await inOneOf(chains, signal, (chain) => readFileWhole(chain, file, signal, onRead));
}

/** What is not where it should be, or has another size: cheap, for it only lists. */
export async function missingObjects(
  repositories: readonly Repository[],
  { prefix, manifest }: OpenSet,
  range: BinlogRange | null,
  chains: readonly StoredChain[],
): Promise<RecoveryRefusal | undefined> {
  const wanting = new Set(manifest.parts);
  for (const repository of repositories) {
    const bytes = await listedBytes(repository, prefix);
    for (const part of wanting) if (bytes.get(`${prefix}${part.name}`) === part.storedBytes) wanting.delete(part);
  }
  const [part] = wanting;
  if (part)
    return noPlan(`${part.name} of ${manifest.id} is not whole in any repository.`, 'Name another backup: --backup ID');
  for (const file of range?.files ?? []) {
    const broken = await Promise.all(chains.map((chain) => brokenSegment(chain, file)));
    if (broken.length > 0 && broken.every((each) => each !== undefined)) {
      return noPlan(
        `The binlog ${file.file} is not whole in any repository: ${broken[0]}.`,
        'Recover to a moment before it: --until TIME',
      );
    }
  }
  return undefined;
}

/** Nothing where the repository is out of reach: another may have it all. */
async function listedBytes(repository: Repository, prefix: string): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  try {
    for await (const object of repository.list(prefix)) bytes.set(object.key, object.bytes);
  } catch (error) {
    if (!(error instanceof Failure) || !error.retryable) throw error;
  }
  return bytes;
}

async function brokenSegment(
  { repository, segments, chain }: StoredChain,
  file: RangeFile,
): Promise<string | undefined> {
  const tiles = new Set(chain.stretches.flatMap((stretch) => stretch.segments));
  const own = segmentsOf(
    file,
    segments.filter(({ facts }) => tiles.has(facts)),
  );
  if (!own) return 'a part of it is missing';
  for (const { facts, dayId } of own) {
    const key = `${dayPrefix(facts.source, dayId)}${segmentNames(facts).bytes}`;
    const stored = await repository.stat(key);
    if (stored?.bytes !== facts.storedBytes) return `${key} has another size than was stored`;
  }
  return undefined;
}

async function inOneOf<Place>(
  places: readonly Place[],
  signal: AbortSignal,
  read: (place: Place) => Promise<void>,
): Promise<void> {
  let trouble: unknown;
  for (const place of places) {
    try {
      return await read(place);
    } catch (error) {
      signal.throwIfAborted();
      trouble ??= error;
    }
  }
  throw trouble;
}

async function readPartWhole(
  repository: Repository,
  { prefix }: OpenSet,
  part: ManifestPart,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const bytes of await repository.get(`${prefix}${part.name}`, { signal })) hash.update(bytes as Buffer);
  if (hash.digest('hex') === part.sha256) return;
  throw new Failure('integrity', `${part.name} in ${repository.name} is not what was stored: its SHA-256 is another.`, {
    hint: 'Nothing was touched. Name another backup: --backup ID',
  });
}

async function readFileWhole(
  chain: StoredChain,
  file: RangeFile,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<void> {
  for await (const bytes of readFile(chain, file, signal)) onRead(bytes.length);
}

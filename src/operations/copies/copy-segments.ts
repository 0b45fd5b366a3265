import { setObjects } from '../../domain/backup-set.ts';
import { supersededPieces } from '../../domain/binlog/compaction.ts';
import {
  binlogGuideKey,
  binlogPrefix,
  dayOf,
  dayPrefix,
  parseBinlogKey,
  segmentBytesKey,
  segmentNames,
} from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import { dayMilliseconds } from '../../domain/retention/retention.ts';
import type { Repository } from '../../ports/repository.ts';
import { dayKeys } from '../binlog/day-keys.ts';
import { coverageOf, readStanding } from '../binlog/keep-standing.ts';
import { type KnownChain, knownChain } from '../binlog/known-chain.ts';
import { listChain, readFacts } from '../binlog/list-chain.ts';
import type { StoredSegment } from '../binlog/store-segment.ts';
import { inParallel } from '../in-parallel.ts';
import { keepInPlain } from '../keep-in-plain.ts';
import { readWhole } from '../open-set.ts';
import type { Copier } from './copier.ts';
import { copyObject } from './copy-object.ts';
import { holdingKeysPatiently } from './holding-keys-patiently.ts';

export interface SegmentCopier {
  /** What the copy has, as far as is known. */
  segments(): readonly StoredSegment[];
  /** Brings to the copy what is not there yet. While a file grows, only what was added is looked for; `whole` compares everything. */
  follow(options: { whole: boolean }): Promise<void>;
}

/** Copies a source's binlog segments, the oldest first: bytes, then facts, as whoever streams writes them. */
export function segmentCopier(copier: Copier): SegmentCopier {
  const { world, source, primary, copy, standing, signal } = copier;
  const keys = { there: dayKeys(world, primary, source), here: dayKeys(world, copy, source) };
  /** By day: the key is in the copy, or on its way there. */
  const keysThere = new Map<string, Promise<void>>();
  let known: KnownChain | undefined;

  async function follow({ whole }: { whole: boolean }): Promise<void> {
    if (whole || !known || !(await goOn(known))) await compareAll();
    if (known) standing.covers(coverageOf(world, source, copy.name, known));
  }

  /** Whether what came since is one behind the other in the file that the copy ends in. */
  async function goOn(chain: KnownChain): Promise<boolean> {
    const target = readStanding(world, source)?.coverage[0]?.end;
    let last = newest(chain);
    if (!target || last?.facts.timeline !== target.timeline || last.facts.file !== target.file) return false;
    while (last.facts.end < target.end) {
      const next = await behind(last);
      if (!next) return false;
      standing.missing('segments', 1, next.modifiedAt);
      const copied = await copySegment(chain, next);
      if (!copied) return false;
      last = copied;
    }
    standing.missing('segments', 0, undefined);
    return true;
  }

  async function behind({ facts, dayId }: StoredSegment): Promise<Listed | undefined> {
    const { facts: name } = segmentNames({ ...facts, start: facts.end, end: 0 });
    const prefix = `${dayPrefix(source, dayId)}${name.slice(0, name.lastIndexOf('-') + 1)}`;
    for await (const { key, modifiedAt } of primary.list(prefix)) return { key, modifiedAt };
    return undefined;
  }

  async function compareAll(): Promise<void> {
    for (let attempts = 5; attempts > 0; attempts -= 1) if (await compareOnce()) return;
  }

  /** False when compaction moved something meanwhile: it is to be compared again. */
  async function compareOnce(): Promise<boolean> {
    const [there, here] = [await indexSegments(primary, source), await indexSegments(copy, source)];
    keysThere.clear();
    for (const day of here.days) keysThere.set(day, Promise.resolve());
    const chain = await chainOf(here);
    const missing = [...there.segments.values()]
      .filter(({ key }) => !here.segments.has(key) && !isTooOld(copier, key, chain))
      .sort((a, b) => (placeOf(source, a.key) < placeOf(source, b.key) ? -1 : 1));
    // What an interrupted attempt left is completed below, or goes.
    const wanted = new Set(missing.map(({ key }) => segmentBytesKey(key)));
    for (const key of here.leftovers) if (!wanted.has(key)) await copy.remove(key);
    if (missing.length > 0) await keepGuide(copier);
    if (!(await copySegments(chain, missing))) return false;
    await removeSuperseded(chain);
    return true;
  }

  /** The oldest first, some at a time. False when one of them was not there any more. */
  async function copySegments(chain: KnownChain, missing: readonly Listed[]): Promise<boolean> {
    const left = new Set(missing);
    const note = () => standing.missing('segments', left.size, left.values().next().value?.modifiedAt);
    note();
    let complete = true;
    await inParallel(missing, { parallel: segmentsAtOnce, signal }, async (listed, within) => {
      if (!(await copySegment(chain, listed, within))) complete = false;
      left.delete(listed);
      note();
    });
    return complete;
  }

  /** Reads the facts in the copy only when they are others than those that are known. */
  async function chainOf(here: SegmentIndex): Promise<KnownChain> {
    const listed = known?.segments().map(factsKey) ?? [];
    const isSame = known && listed.length === here.segments.size && listed.every((key) => here.segments.has(key));
    if (!isSame || !known)
      known = knownChain((await listChain(world, copy, source, { keys: keys.here, signal })).segments);
    return known;
  }

  /** Undefined when it is not there any more. */
  async function copySegment(chain: KnownChain, { key }: Listed, within = signal): Promise<StoredSegment | undefined> {
    const by = { ...copier, signal: within };
    const { dayId, name } = parseBinlogKey(source, key) ?? { dayId: '', name: '' };
    try {
      await copyDayKeys(dayId);
      const facts = await readFacts(primary, await keys.there.open(dayId), key, name);
      const names = segmentNames(facts);
      await copyObject(by, `${dayPrefix(source, dayId)}${names.bytes}`, { sha256: facts.sha256 });
      world.crashPoint('copy-segment-bytes-stored');
      await copyObject(by, key);
      world.crashPoint('copy-segment-stored');
      const segment = { facts, dayId };
      chain.add(segment);
      return segment;
    } catch (error) {
      if (error instanceof Failure && error.code === 'object-missing' && !(await primary.stat(key))) return undefined;
      throw error;
    }
  }

  function copyDayKeys(dayId: string): Promise<void> {
    const known = keysThere.get(dayId);
    if (known) return known;
    const key = `${dayPrefix(source, dayId)}${setObjects.keys}`;
    const copying = holdingKeysPatiently(copier, () => copyObject(copier, key));
    keysThere.set(dayId, copying);
    copying.catch(() => keysThere.delete(dayId));
    return copying;
  }

  /** Pieces of a file that was compacted in the primary: the whole is in the copy by now. */
  async function removeSuperseded(chain: KnownChain): Promise<void> {
    const stored = new Map(chain.segments().map((segment) => [segment.facts, segment]));
    const pieces = supersededPieces([...stored.keys()]).flatMap((facts) => stored.get(facts) ?? []);
    for (const piece of pieces) {
      await copy.remove(factsKey(piece));
      await copy.remove(`${dayPrefix(source, piece.dayId)}${segmentNames(piece.facts).bytes}`);
    }
    chain.drop(pieces);
  }

  return { segments: () => known?.segments() ?? [], follow };
}

/** Each costs several round trips, most of them waiting. */
const segmentsAtOnce = 4;

interface Listed {
  /** Of the facts. */
  readonly key: string;
  readonly modifiedAt: Date;
}

interface SegmentIndex {
  /** Facts whose bytes are there, by key. */
  readonly segments: ReadonlyMap<string, Listed>;
  /** Bytes without facts. */
  readonly leftovers: readonly string[];
  /** Ids of the days that have a key. */
  readonly days: ReadonlySet<string>;
}

async function indexSegments(repository: Repository, source: string): Promise<SegmentIndex> {
  const facts = new Map<string, Listed>();
  const bytes = new Set<string>();
  const days = new Set<string>();
  for await (const { key, modifiedAt } of repository.list(binlogPrefix(source))) {
    const { dayId, name } = parseBinlogKey(source, key) ?? {};
    if (dayId === undefined || name === undefined) continue;
    if (name === setObjects.keys) days.add(dayId);
    else if (name.startsWith('facts/')) facts.set(key, { key, modifiedAt });
    else bytes.add(key);
  }
  const segments = new Map([...facts].filter(([key]) => bytes.has(segmentBytesKey(key))));
  const complete = new Set([...facts.keys()].map(segmentBytesKey));
  return { segments, leftovers: [...bytes].filter((key) => !complete.has(key)), days };
}

function factsKey({ facts, dayId }: StoredSegment): string {
  return `${dayPrefix(facts.source, dayId)}${segmentNames(facts).facts}`;
}

/** Sorts as the binlogs go on, whatever day a segment was stored on. */
function placeOf(source: string, key: string): string {
  return parseBinlogKey(source, key)?.name ?? '';
}

function newest(chain: KnownChain): StoredSegment | undefined {
  const last = chain.end()?.last;
  return last && chain.segments().find(({ facts }) => facts === last);
}

/** What is beyond its time, in a copy that has later ones: it was given up there, and the primary still has it. */
function isTooOld({ world, source }: Copier, key: string, chain: KnownChain): boolean {
  const keepDays = world.schedules.incremental?.keepDays;
  if (keepDays === undefined) return false;
  const dayId = parseBinlogKey(source, key)?.dayId ?? '';
  const horizon = new Date(world.clock.now().getTime() - (keepDays + 1) * dayMilliseconds).toISOString();
  if (dayOf(dayId) >= horizon.slice(0, 10).replaceAll('-', '')) return false;
  return chain.segments().some(({ facts }) => placeOf(source, key) < segmentNames(facts).facts);
}

async function keepGuide({ primary, copy, source }: Copier): Promise<void> {
  const key = binlogGuideKey(source);
  if (await primary.stat(key)) await keepInPlain(copy, key, await readWhole(primary, key));
}

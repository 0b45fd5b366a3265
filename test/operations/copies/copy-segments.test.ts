import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryRepository, memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { binlogPrefix, dayPrefix, segmentNames } from '../../../src/domain/binlog/segment.ts';
import { type BinlogStanding, standingNote } from '../../../src/domain/binlog/standing.ts';
import { dayKeys } from '../../../src/operations/binlog/day-keys.ts';
import { listChain } from '../../../src/operations/binlog/list-chain.ts';
import { type StoredSegment, storeSegment } from '../../../src/operations/binlog/store-segment.ts';
import { type Copier, openCopier } from '../../../src/operations/copies/copier.ts';
import { segmentCopier } from '../../../src/operations/copies/copy-segments.ts';
import { readCopyStanding } from '../../../src/operations/copies/copy-standing.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { keysIn, retentionWorld } from '../../support/retention-world.ts';
import { segmentOf } from '../../support/segments.ts';
import type { SmallWorld } from '../../support/small-world.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let primary: MemoryRepository;
let cloud: MemoryRepository;
let world: SmallWorld;

beforeEach(async () => {
  primary = memoryRepository();
  cloud = memoryRepository({ name: 'cloud' });
  world = await retentionWorld(temporaryDirectory(), { repositories: { primary, copies: [cloud] } });
});

/** Stores a piece of a file in the primary. */
async function ship(file: number, start: number, end: number): Promise<StoredSegment> {
  const { storedAt: _, storedBytes: __, sha256: ___, rawSha256: ____, ...outline } = segmentOf(file, { start, end });
  const day = await dayKeys(world, primary, 'alumni').today();
  const { signal } = new AbortController();
  const place = { repository: primary, day, now: () => world.clock.now(), crashPoint: () => {}, signal };
  const segment = await storeSegment(place, outline, Readable.from([Buffer.alloc(end - start, file)]));
  const reached = { timeline: segment.facts.timeline, file: segment.facts.file, end };
  const standing: BinlogStanding = {
    at: world.clock.now().toISOString(),
    state: 'streaming',
    server: null,
    heldAllAt: null,
    encryptsUnder: [],
    expireSeconds: 0,
    coverage: [{ repository: 'primary', end: reached, throughAt: null, reaches: [], gaps: [] }],
    trouble: null,
  };
  world.state.notes.set(standingNote('alumni'), JSON.stringify(standing));
  return segment;
}

const copier = (change: Partial<Copier> = {}): Copier => ({
  ...openCopier(world, cloud, 'alumni', { signal: new AbortController().signal }),
  ...change,
});
const objects = async (repository: Repository) =>
  (await keysIn(repository, binlogPrefix('alumni'))).filter((key) => !key.endsWith('RECOVER.md'));
const missing = () => readCopyStanding(world, 'cloud', 'alumni')?.segments;

describe('copying binlog segments', () => {
  it('brings all of them to the copy, with the keys of their days, and both can be read there', async () => {
    for (const [start, end] of [
      [0, 1000],
      [1000, 2000],
    ] as const)
      await ship(1, start, end);
    await ship(2, 0, 1000);
    await segmentCopier(copier()).follow({ whole: true });
    expect(await objects(cloud)).toEqual(await objects(primary));
    const { segments, unreadable } = await listChain(world, cloud, 'alumni');
    expect(segments.map(({ facts }) => [facts.file, facts.start])).toHaveLength(3);
    expect(unreadable).toEqual([]);
    expect(missing()).toEqual({ missing: 0, oldest: null, trouble: null });
  });

  it('looks for nothing but the next one while a file grows', async () => {
    await ship(1, 0, 1000);
    const listed: string[] = [];
    const watched = (repository: Repository): Repository => ({
      ...repository,
      list: (prefix) => {
        listed.push(`${repository.name} ${prefix.split('/').slice(3).join('/')}`);
        return repository.list(prefix);
      },
    });
    const segments = segmentCopier(copier({ primary: watched(primary), copy: watched(cloud) }));
    await segments.follow({ whole: true });
    await ship(1, 1000, 2000);
    await ship(1, 2000, 3000);
    listed.length = 0;
    await segments.follow({ whole: false });
    expect(listed).toEqual([
      'primary facts/20261125T000000Z-aaaa/binlog.000001/0000000001000-',
      'primary facts/20261125T000000Z-aaaa/binlog.000001/0000000002000-',
    ]);
    expect(await objects(cloud)).toEqual(await objects(primary));
  });

  it('compares everything when the server went on to another file', async () => {
    await ship(1, 0, 1000);
    const segments = segmentCopier(copier());
    await segments.follow({ whole: true });
    await ship(1, 1000, 1500);
    await ship(2, 0, 1000);
    await segments.follow({ whole: false });
    expect(await objects(cloud)).toEqual(await objects(primary));
  });

  it('completes what an interrupted attempt left, and removes what belongs to nothing', async () => {
    const { facts, dayId } = await ship(1, 0, 1000);
    const bytes = `${dayPrefix('alumni', dayId)}${segmentNames(facts).bytes}`;
    const stray = bytes.replace('binlog.000001', 'binlog.000000');
    await cloud.put(bytes, primary.bytes(bytes));
    await cloud.put(stray, Buffer.from('left'));
    await segmentCopier(copier()).follow({ whole: true });
    expect(await objects(cloud)).toEqual(await objects(primary));
  });

  it('replaces the pieces of a file by the whole that the primary has of it now', async () => {
    const pieces = [await ship(1, 0, 1000), await ship(1, 1000, 2000)];
    const segments = segmentCopier(copier());
    await segments.follow({ whole: true });
    await ship(1, 0, 2000);
    for (const { facts, dayId } of pieces) {
      const names = segmentNames(facts);
      for (const name of [names.facts, names.bytes]) await primary.remove(`${dayPrefix('alumni', dayId)}${name}`);
    }
    await segments.follow({ whole: true });
    expect(await objects(cloud)).toEqual(await objects(primary));
    expect(segments.segments().map(({ facts }) => [facts.start, facts.end])).toEqual([[0, 2000]]);
  });

  it('goes on with the whole when pieces are compacted while they are copied', async () => {
    const piece = await ship(1, 0, 1000);
    await ship(1, 1000, 2000);
    const key = `${dayPrefix('alumni', piece.dayId)}${segmentNames(piece.facts).bytes}`;
    let compacted = false;
    const moving: Repository = {
      ...primary,
      get: async (asked, ...rest) => {
        if (asked === key && !compacted) {
          compacted = true;
          for (const each of await objects(primary)) if (!each.endsWith('/keys')) await primary.remove(each);
          await ship(1, 0, 2000);
        }
        return primary.get(asked, ...rest);
      },
    };
    await segmentCopier(copier({ primary: moving })).follow({ whole: true });
    expect(await objects(cloud)).toEqual(await objects(primary));
  });

  it('does not copy bytes that are altered in the primary, and says which', async () => {
    const { facts, dayId } = await ship(1, 0, 1000);
    const bytes = `${dayPrefix('alumni', dayId)}${segmentNames(facts).bytes}`;
    primary.corrupt(bytes, 20);
    await expect(segmentCopier(copier()).follow({ whole: true })).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('binlog.000001'),
    });
    expect((await objects(cloud)).filter((key) => !key.endsWith('/keys'))).toEqual([]);
    expect(missing()).toMatchObject({ missing: 1, oldest: expect.any(String) });
  });

  it('copies again what the copy has lost', async () => {
    const { facts, dayId } = await ship(1, 0, 1000);
    const segments = segmentCopier(copier());
    await segments.follow({ whole: true });
    await cloud.remove(`${dayPrefix('alumni', dayId)}${segmentNames(facts).bytes}`);
    await cloud.remove(`${dayPrefix('alumni', dayId)}keys`);
    await segments.follow({ whole: true });
    expect(await objects(cloud)).toEqual(await objects(primary));
  });

  it('does not bring back what is beyond its time and was given up there', async () => {
    await ship(1, 0, 1000);
    await ship(2, 0, 1000);
    const segments = segmentCopier(copier());
    await segments.follow({ whole: true });
    for (const key of await objects(cloud)) if (key.includes('binlog.000001')) await cloud.remove(key);
    Object.assign(world.schedules, { incremental: { cron: '0 */6 * * *', keepDays: 7, stream: true } });
    world.clock.jumpTo('2026-12-05T00:00:00Z');
    await segments.follow({ whole: true });
    expect((await objects(cloud)).filter((key) => key.includes('binlog.000001'))).toEqual([]);
  });
});

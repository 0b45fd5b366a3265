import { beforeEach, describe, expect, test } from 'vitest';
import { type MemoryRepository, memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { setPrefix } from '../../src/domain/backup-set.ts';
import type { CatalogEntry } from '../../src/domain/catalog.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { scheduler } from '../../src/domain/principal.ts';
import type { RetainedEntry } from '../../src/domain/retention/prune-plan.ts';
import { pruneNote, readPruneReports } from '../../src/domain/retention/prune-report.ts';
import { keepBackup } from '../../src/operations/keep-backup.ts';
import { planPrune } from '../../src/operations/plan-prune.ts';
import { type PruneRequest, prune } from '../../src/operations/prune.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { asha, keysIn, retentionWorld, setsIn, storeSet } from '../support/retention-world.ts';
import type { SmallWorld } from '../support/small-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let primary: MemoryRepository;
let cloud: MemoryRepository;
let world: SmallWorld;
let [old, older, newest]: CatalogEntry[] = [];

beforeEach(async () => {
  primary = memoryRepository();
  cloud = memoryRepository({ name: 'cloud' });
  world = await retentionWorld(temporaryDirectory(), { repositories: { primary, copies: [cloud] } });
  older = await storeSet(world, { days: 40 });
  old = await storeSet(world, { days: 31 });
  newest = await storeSet(world, { days: 1 });
});

const viewer: Principal = { name: 'chen', via: 'slack', roles: { '*': ['viewer'] } };

/** Ids by what became of them, or a refusal's reason. */
async function pruned(request: Partial<PruneRequest> = {}) {
  const answer = await prune(world, { principal: scheduler, ...request });
  if (answer.kind !== 'pruned') throw new Error(answer.kind === 'refused' ? answer.reason : answer.kind);
  return answer.report;
}

const listed = () => world.state.catalog.list().map(({ id }) => id);
const idOf = (entry: CatalogEntry | undefined) => entry?.id ?? 'none';

describe('pruning', () => {
  test('removes what is past its time, oldest first, from every repository, and nothing of the rest', async () => {
    const kept = (await keysIn(primary)).filter((key) => key.includes(idOf(newest)));
    const report = await pruned();
    expect(report.removed.map(({ id, repository }) => `${id} ${repository}`)).toEqual([
      `${idOf(older)} primary`,
      `${idOf(old)} primary`,
      `${idOf(older)} cloud`,
      `${idOf(old)} cloud`,
    ]);
    expect(report.removed[0]?.why).toBe(`its 30 days were over on 2026-11-15; ${idOf(newest)}, verified, stays`);
    expect(listed()).toEqual([idOf(newest)]);
    for (const repository of [primary, cloud]) expect(await keysIn(repository)).toEqual(kept);
  });

  test('leaves an audit entry for each removal, and a report for whoever shows it', async () => {
    await pruned();
    const audited = world.state.audit.list().filter(({ action }) => action === 'backup.removed');
    expect(audited.map(({ subject, detail, actor }) => [subject, detail?.repository, actor]).reverse()).toEqual([
      [idOf(older), 'primary', 'tidemark'],
      [idOf(old), 'primary', 'tidemark'],
      [idOf(older), 'cloud', 'tidemark'],
      [idOf(old), 'cloud', 'tidemark'],
    ]);
    expect(readPruneReports(world.state.notes.get(pruneNote('alumni')))).toMatchObject([
      { by: 'tidemark', removed: { length: 4 } },
    ]);
    await pruned();
    expect(readPruneReports(world.state.notes.get(pruneNote('alumni')))).toHaveLength(1);
  });

  test('never removes the last good full, though newer ones failed, are bad or were never verified', async () => {
    for (const entry of [newest]) world.state.catalog.put({ ...(entry as CatalogEntry), verified: null });
    await storeSet(world, { days: 0.5, verdict: 'bad' });
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(older), idOf(older)]);
    expect(await setsIn(primary)).toContain(idOf(old));
  });

  test('counts a shredded backup as none, and one whose shredding is not finished waits', async () => {
    const shredded = { at: '2026-11-25T00:00:00.000Z', by: 'asha', reason: 'asked for', remains: [] };
    const halfWay = { ...shredded, remains: [{ repository: 'cloud', until: null }] };
    world.state.catalog.put({ ...(newest as CatalogEntry), shredded });
    world.state.catalog.put({ ...(older as CatalogEntry), shredded: halfWay });
    expect((await pruned()).removed).toEqual([]);
    world.state.catalog.put({ ...(older as CatalogEntry), shredded });
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(older), idOf(older)]);
    expect(await setsIn(primary)).toContain(idOf(old));
  });

  test('looks at all there is, however many', async () => {
    for (let index = 0; index < 1_200; index += 1) {
      const id = `20260101T${String(index).padStart(6, '0')}Z-full-alumni-aaaa`;
      world.state.catalog.put({ ...(older as CatalogEntry), id });
    }
    const answer = await planPrune(world, { principal: asha });
    expect(answer.kind === 'plan' && answer.plan.repositories[0]?.removals).toHaveLength(1_202);
  });

  test('each repository keeps a last good chain of its own', async () => {
    const behind = await storeSet(world, { days: 50, in: [cloud] });
    for (const id of [idOf(older), idOf(old), idOf(newest)]) {
      const entry = world.state.catalog.get(id) as CatalogEntry;
      world.state.catalog.put({ ...entry, repositories: ['primary'] });
    }
    const report = await pruned();
    expect(report.removed.map(({ id, repository }) => `${id} ${repository}`)).toEqual([
      `${idOf(older)} primary`,
      `${idOf(old)} primary`,
    ]);
    expect(listed()).toContain(behind.id);
  });

  test('goes on elsewhere when one repository is out of reach, and there the next time', async () => {
    const { list } = primary;
    const gone = new Failure('repository-unavailable', 'primary is away.', { hint: 'Mount it.' });
    Object.assign(primary, {
      list: () => {
        throw gone;
      },
    });
    const report = await pruned();
    expect(report.obstacles).toEqual([{ repository: 'primary', message: 'primary is away.', hint: 'Mount it.' }]);
    expect(report.removed.map(({ repository }) => repository)).toEqual(['cloud', 'cloud']);
    expect(world.state.catalog.get(idOf(old))?.repositories).toEqual(['primary']);
    Object.assign(primary, { list });
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(older), idOf(old)]);
    expect(listed()).toEqual([idOf(newest)]);
  });

  test.each([
    [
      'lost a part',
      (id: string) => primary.remove(`${setPrefix(id)}parts/100-data.sql.zst`),
      'parts/100-data.sql.zst is missing',
    ],
    [
      'has a part that was cut',
      (id: string) => primary.truncate(`${setPrefix(id)}parts/100-data.sql.zst`, 9),
      'has another size',
    ],
    ['lost its keys', (id: string) => primary.remove(`${setPrefix(id)}keys`), 'keys is missing'],
  ])('stops when the newest verified backup, which lets others go, %s', async (_, damage, words) => {
    await damage(idOf(newest));
    const report = await pruned();
    expect(report.obstacles).toMatchObject([{ repository: 'primary', message: expect.stringContaining(words) }]);
    expect(await setsIn(primary)).toEqual([idOf(older), idOf(old), idOf(newest)]);
    expect(await setsIn(cloud)).toEqual([idOf(newest)]);
  });

  test('leaves alone what a job reads right now', async () => {
    const started = world.state.jobs.start({
      kind: 'verification',
      source: 'alumni',
      startedBy: 'asha',
      trigger: 'request',
    });
    if (started.kind === 'started') world.state.jobs.report(started.job.id, { backupId: idOf(old) });
    expect(new Set((await pruned()).removed.map(({ id }) => id))).toEqual(new Set([idOf(older)]));
  });

  test('gives up a set whose key is lost as well', async () => {
    for (const repository of [primary, cloud]) await repository.remove(`${setPrefix(idOf(old))}keys`);
    await pruned();
    expect((await keysIn(primary)).filter((key) => key.includes(idOf(old)))).toEqual([]);
  });

  test('ends after the backup that it is at when it is told to', async () => {
    const stop = new AbortController();
    Object.assign(world, { crashPoint: (name: string) => name === 'removal-done' && stop.abort() });
    expect((await pruned({ signal: stop.signal })).removed).toHaveLength(1);
    expect(await setsIn(primary)).toEqual([idOf(old), idOf(newest)]);
  });

  test('runs once at a time', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => prune(world, { principal: scheduler })));
    expect(first).toMatchObject({ kind: 'pruned' });
    expect(second).toMatchObject({ kind: 'refused', reason: 'prune-running', source: 'alumni' });
    expect(await prune(world, { principal: scheduler })).toMatchObject({ kind: 'pruned' });
  });

  test('takes a binlog file by what makes its segments known, all of them, before any of their bytes', async () => {
    const day = 'alumni/binlog/20261101-binlog-alumni-x7k2/';
    const pieces = { facts: [`${day}facts/1`, `${day}facts/2`], bytes: [`${day}segments/1`, `${day}segments/2`] };
    const gone: string[] = [];
    Object.assign(primary, {
      remove: async (key: string) => void gone.push(`remove ${key}`),
      expire: async (key: string) => {
        gone.push(`expire ${key}`);
        return 'removed' as const;
      },
    });
    const file: RetainedEntry = {
      id: '20261101T000000Z-aaaa/binlog.000001',
      kind: 'binlog',
      takenAt: new Date('2026-11-01T00:00:00Z'),
      state: 'good',
      pin: null,
      bytes: 7,
      pieces,
    };
    Object.assign(world, { schedules: { incremental: { cron: '0 */6 * * *', keepDays: 7 } } });
    const binlogs = async (_: unknown, { name }: { name: string }) => (name === 'primary' ? [file] : []);
    expect((await pruned({ binlogs })).binlogs).toEqual([{ repository: 'primary', files: 1, bytes: 7 }]);
    expect(gone).toEqual([
      ...pieces.facts.map((key) => `remove ${key}`),
      ...pieces.bytes.map((key) => `expire ${key}`),
    ]);
    expect(world.state.audit.list().map(({ action, subject }) => `${action} ${subject}`)).toContain(
      `binlog.removing ${file.id}`,
    );
  });

  test('gives up the key of a day once nothing of it is left, and only of days that are over', async () => {
    const day = (date: string) => `alumni/binlog/${date}-binlog-alumni-x7k2/`;
    const kept = [
      `${day('20261122')}facts/1`,
      `${day('20261122')}keys`,
      `${day('20261122')}segments/1`,
      `${day('20261124')}keys`,
    ];
    const gone = [`${day('20261120')}keys`, `${day('20261121')}keys`, `${day('20261121')}segments/cut-off`];
    for (const key of [...kept, ...gone]) await primary.put(key, Buffer.from('x'));
    await pruned({ binlogs: async () => [] });
    expect(await keysIn(primary, 'alumni/binlog/')).toEqual(kept);
  });
});

describe('a pin', () => {
  test('keeps its backup, also where the catalog forgot it', async () => {
    await keepBackup(world, { principal: asha, backup: idOf(old), reason: 'before the move', until: '2026-12-31' });
    expect(world.state.catalog.get(idOf(old))?.pin).toMatchObject({ reason: 'before the move', by: 'asha' });
    world.state.catalog.put(old as CatalogEntry);
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(older), idOf(older)]);
    expect(world.state.catalog.get(idOf(old))?.pin?.until).toBe('2026-12-31T23:59:59.000Z');
    expect(await setsIn(primary)).toContain(idOf(old));
  });

  test('is found again when the catalog is rebuilt, and lets go at its end', async () => {
    await keepBackup(world, { principal: asha, backup: idOf(old), reason: 'before the move', until: '2026-12-31' });
    await rebuildCatalog(world, { principal: asha });
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(older)]);
    world.clock.jumpTo('2027-01-01T00:00:00Z');
    expect((await pruned()).removed.map(({ id }) => id)).toEqual([idOf(old)]);
  });
});

describe('a plan', () => {
  test('shows what would go and why the rest stays, and changes nothing', async () => {
    const before = await keysIn(primary);
    const answer = await planPrune(world, { principal: viewer });
    const part = answer.kind === 'plan' ? answer.plan.repositories[0] : undefined;
    expect(part?.removals.map(({ id }) => id)).toEqual([idOf(older), idOf(old)]);
    expect(part?.kept.map(({ id, why }) => `${id}: ${why}`)).toEqual([
      `${idOf(newest)}: its 30 days are over on 2026-12-24`,
    ]);
    expect(await keysIn(primary)).toEqual(before);
    expect(listed()).toHaveLength(3);
  });

  test('is what runs: once something else would go, it is shown again and nothing is done', async () => {
    const shown = await planPrune(world, { principal: asha });
    const plan = shown.kind === 'plan' ? shown.plan.id : '';
    await keepBackup(world, { principal: asha, backup: idOf(old), reason: 'before the move' });
    const answer = await prune(world, { principal: asha, plan });
    expect(answer).toMatchObject({ kind: 'plan-changed' });
    expect(await setsIn(primary)).toHaveLength(3);
    const changed = answer.kind === 'plan-changed' ? answer.plan.id : '';
    expect((await pruned({ plan: changed })).removed.map(({ id }) => id)).toEqual([idOf(older), idOf(older)]);
  });

  test('is the same a minute later', async () => {
    const planId = async () => {
      const answer = await planPrune(world, { principal: asha });
      return answer.kind === 'plan' && answer.plan.id;
    };
    const first = await planId();
    world.clock.jumpTo('2026-11-25T04:31:00Z');
    expect(await planId()).toBe(first);
  });

  test('may be looked at by whoever may look, and carried out by operators', async () => {
    expect(await prune(world, { principal: viewer })).toMatchObject({
      reason: 'not-allowed',
      needs: ['operator', 'admin'],
    });
    expect(await planPrune(world, { principal: { ...viewer, roles: {} } })).toMatchObject({ reason: 'not-allowed' });
    expect(await setsIn(primary)).toHaveLength(3);
  });
});

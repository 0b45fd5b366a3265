import { cutRange, isEmptyRange, rangeBytes, rangeEnd } from '../../domain/binlog/binlog-range.ts';
import { equalGtids, parseGtidSet, subtractGtids } from '../../domain/binlog/gtid-set.ts';
import type { CatalogEntry } from '../../domain/catalog.ts';
import { Failure } from '../../domain/failure.ts';
import type { Manifest } from '../../domain/manifest.ts';
import type { PlanStep, RecoveryPlan } from '../../domain/recovery/plan.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import type { ScenarioName } from '../../domain/recovery/scenario.ts';
import { sha256 } from '../../domain/sha256.ts';
import { everyRepository } from '../repository-named.ts';
import type { World } from '../world.ts';
import { type ChosenBase, chooseBase } from './choose-base.ts';
import { type ChosenTarget, chooseTarget } from './choose-target.ts';
import { openNearest } from './open-nearest.ts';
import { type PlacedEnd, placeBackup, placeChainEnd, placeCut } from './place-end.ts';
import { readRates } from './rates.ts';
import { missingObjects, readEverything } from './read-everything.ts';
import type { PlanWanted } from './scenario.ts';
import { type StoredChain, sourceChains } from './source-chains.ts';

/** Up to so much is read whole before there is a plan at all; what is larger is read as the first step. */
const readForPlanBytes = 32 * 1024 ** 2;

/** What `complete` and `point-in-time` have in common: a full backup and what follows it, onto a server that is not the source. */
export async function planRestore(
  world: World,
  scenario: ScenarioName,
  wanted: PlanWanted,
  stepsOf: (plan: { replays: boolean; replaces: boolean; scratch: boolean }) => readonly Omit<PlanStep, 'seconds'>[],
): Promise<RecoveryPlan | RecoveryRefusal> {
  try {
    return await makePlan(world, scenario, wanted, stepsOf);
  } catch (error) {
    if (!(error instanceof Failure) || !refusing.has(error.code)) throw error;
    return { why: 'no-plan', problem: error.message, mend: error.hint };
  }
}

/** What is wrong with what is there; what is out of reach stays a failure. */
const refusing = new Set([
  'restore-failed',
  'integrity',
  'binlog-gap',
  'object-missing',
  'backup-missing',
  'key-missing',
  'scratch-full',
]);

async function makePlan(
  world: World,
  scenario: ScenarioName,
  wanted: PlanWanted,
  stepsOf: (plan: { replays: boolean; replaces: boolean; scratch: boolean }) => readonly Omit<PlanStep, 'seconds'>[],
): Promise<RecoveryPlan | RecoveryRefusal> {
  const now = world.clock.now();
  const all = everyRepository(world);
  const chains = await sourceChains(world, all, wanted.source, wanted.signal);
  const repositories = chains.map(({ repository }) => repository);
  const base = await findBase(world, wanted, chains);
  if ('why' in base) return base;
  const placed = await placeEnd(base, wanted, now);
  if ('why' in placed) return placed;
  const { repository, set } = await openNearest(world, repositories, base.entry.id, {
    principal: wanted.principal,
    purpose: 'recovery plan',
  });
  const there = await chooseTarget(world, wanted, { set, repository, manifest: set.manifest });
  if ('why' in there) return there;
  const missing = await missingObjects(repositories, set, placed.range, chains);
  if (missing) return missing;
  const bytes =
    set.manifest.parts.reduce((sum, part) => sum + part.storedBytes, 0) + (placed.range ? rangeBytes(placed.range) : 0);
  if (bytes <= readForPlanBytes && !wanted.pinned) {
    await readEverything({ repositories, set, range: placed.range, chains, signal: wanted.signal, onRead: () => {} });
  }

  const { target, facts, replaces, replicas, warnings } = there;
  const gtids = decideGtids(facts, there.executed, base.entry, placed);
  const steps = stepsOf({
    replays: placed.range !== null,
    replaces: replaces.length > 0,
    scratch: wanted.target === undefined,
  });
  const rates = readRates(world.state.notes);
  const seconds = steps.map(({ id }) => rates.secondsFor(id, { set: base.entry.rawBytes, range: placed.range }));
  return {
    formatVersion: 1,
    scenario,
    source: wanted.source,
    backup: describeBackup(base.entry, set.manifest),
    wanted: wanted.end,
    end: placed.end,
    range: placed.range,
    target: {
      kind: wanted.target === undefined ? 'scratch' : 'target',
      name: target?.name ?? 'scratch',
      serverUuid: wanted.target === undefined ? '' : facts.serverUuid,
      place: target?.place ?? 'made for this, on the machine of Tidemark',
      version: facts.version,
      replaces: [...replaces],
    },
    gtids,
    // Off only where nobody would miss it.
    binlog: wanted.target !== undefined && (replaces.length > 0 || replicas > 0),
    steps: steps.map((step, index) => ({ ...step, seconds: seconds[index] ?? null })),
    expectedSeconds: seconds.some((each) => each === null)
      ? null
      : seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    loss: placed.loss,
    warnings: [
      ...all
        .filter((each) => !repositories.includes(each))
        .map(({ name }) => `${name} is out of reach: this goes without it`),
      ...warnings,
      ...warningsOf(base, set.manifest, placed, gtids),
    ],
    details: { ...wanted.details },
  };
}

async function findBase(
  world: World,
  { source, backup, end, pinned }: PlanWanted,
  chains: readonly StoredChain[],
): Promise<ChosenBase | RecoveryRefusal> {
  const pinnedEntry = pinned?.backup && world.state.catalog.get(pinned.backup.id);
  if (pinned && !pinnedEntry) {
    return { why: 'no-plan', problem: `The backup ${pinned.backup?.id} is gone.`, mend: 'Request it again.' };
  }
  const only = pinnedEntry ?? backup;
  if (only && only.kind !== 'full') {
    return { why: 'no-plan', problem: `${only.id} is no full backup.`, mend: 'Name a full one: backups lists them.' };
  }
  return chooseBase(only ? [only] : world.state.catalog.list({ source, kind: 'full', limit: 100_000 }), chains, end);
}

async function placeEnd(
  { entry, whole, chain }: ChosenBase,
  { end, pinned, signal }: PlanWanted,
  now: Date,
): Promise<PlacedEnd | RecoveryRefusal> {
  // The chain may have grown since: what was approved stays the end.
  if (pinned?.end) {
    const { end: approved, loss } = pinned;
    const place = approved.place;
    const range = place && whole ? (cutRange(whole.range, place) ?? null) : null;
    const lossThen = loss ?? { from: approved.at, to: approved.at, transactions: null, tables: null };
    return { range: range && isEmptyRange(range) ? null : range, end: approved, loss: lossThen };
  }
  if (!whole || !chain || end.kind === 'backup') return placeBackup(entry, now);
  return end.kind === 'chain-end' ? placeChainEnd(entry, whole, now) : placeCut(entry, whole, end, { chain, signal });
}

/** Kept only where every transaction to come is new to the target: otherwise it would pass over some. */
function decideGtids(
  { flavour, binlog }: ChosenTarget['facts'],
  executed: string,
  { position }: CatalogEntry,
  { end }: PlacedEnd,
): RecoveryPlan['gtids'] {
  if (flavour !== 'mysql' || binlog.gtidMode.toUpperCase() !== 'ON' || position.gtidSet === '') return 'anew';
  const own = parseGtidSet(executed);
  return equalGtids(subtractGtids(own, parseGtidSet(end.history)), own) ? 'kept' : 'anew';
}

function describeBackup(entry: CatalogEntry, manifest: Manifest): NonNullable<RecoveryPlan['backup']> {
  const parts = manifest.parts.map(({ name, sha256: sum }) => `${name} ${sum}`).sort();
  return {
    id: entry.id,
    snapshotAt: entry.snapshotAt,
    serverUuid: entry.serverUuid,
    serverVersion: entry.serverVersion,
    position: entry.position,
    contents: sha256(Buffer.from(parts.join('\n'))),
    provenAt: entry.verified?.verdict === 'good' ? entry.verified.at : null,
    rawBytes: entry.rawBytes,
  };
}

function warningsOf(
  { entry, whole }: ChosenBase,
  manifest: Manifest,
  { range }: PlacedEnd,
  gtids: RecoveryPlan['gtids'],
): string[] {
  const loose = manifest.tables.filter(({ transactional }) => !transactional);
  return [
    ...(entry.verified?.verdict === 'good'
      ? []
      : ['This backup was never proven: nobody has read it since it was taken']),
    ...(whole ? [] : ['No binlogs lead on from it: what was committed after its snapshot does not come back']),
    ...(manifest.scope.accounts ? [] : ['Users and grants are not in the backup: they are not restored']),
    ...(loose.length > 0 ? [`${loose.length} tables are not InnoDB, and not of the very moment`] : []),
    ...(range && !manifest.scope.allSchemas
      ? ['Only some schemas are in the backup: a change to any other in the binlogs ends the replay']
      : []),
    ...(range && gtids === 'anew'
      ? ['Transactions get new positions: an interrupted replay begins again from the backup']
      : []),
    ...(range && rangeEnd(range).timeline !== range.files[0]?.timeline
      ? ['The binlogs lead over a change of server']
      : []),
  ];
}

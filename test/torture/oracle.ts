import { backupIdOfKey, probePrefix, recoverProgramKey, setPrefix } from '../../src/domain/backup-set.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { dba, verify } from '../support/backup-world.ts';
import { nothingIsHeld, nothingLies, nothingRuns } from './aftermath.ts';
import { commands } from './commands.ts';
import type { Dice } from './dice.ts';
import { howItEnded, wellTold } from './ending.ts';
import { fingerprintsOf } from './fingerprints.ts';
import type { Ground } from './ground.ts';
import { pickUp } from './pick-up.ts';
import type { Place, Run } from './place.ts';

/** What happened, and what had to be so before. */
export interface Happened {
  readonly ground: Ground;
  readonly place: Place;
  /** The run that something happened to. */
  readonly run: Run;
  readonly before: Before;
  /** Whether the store takes requests again only now: then leftovers wait for the next run. */
  readonly storeWasGone?: boolean;
  /** Whether the state could not be written: then a whole backup is listed by the next run. */
  readonly stateWasGone?: boolean;
  /** What must succeed now; a backup where nothing is said. */
  readonly next?: readonly string[];
  readonly dice: Dice;
}

/** What nothing may change: the good backups byte by byte, and what the source wrote into its binlog. */
export interface Before {
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly binlog: string;
}

export async function lookBefore(ground: Ground, place: Place): Promise<Before> {
  return { fingerprints: await fingerprintsOf(place), binlog: await binlogOf(ground) };
}

/**
 * What does not hold and should, one sentence each, after a run that something happened to: nothing false is listed, nothing good is lost,
 * nothing is orphaned, and the next run succeeds.
 */
export async function judge(happened: Happened): Promise<string[]> {
  const { ground, place, run, before, dice } = happened;
  const killed = howItEnded(run) === 'killed';
  const wrong = [...wellTold(run)];

  // 1. At once, whatever happened: the site goes on, and the list holds nothing but whole backups.
  wrong.push(...(await nothingIsHeld(ground, { sessions: !killed })));
  wrong.push(...(await nothingFalseIsListed(place)));
  // 2. Who was not killed has cleared away behind itself.
  if (!killed) {
    wrong.push(...(await nothingRuns(place)), ...nothingLies(place));
    if (!happened.storeWasGone) wrong.push(...(await onlyWholeBackupsLie(happened)));
    if (!happened.stateWasGone) wrong.push(...(await everyWholeBackupIsListed(place)));
  }
  // 3. The next run picks up what was left, and succeeds.
  const next = await pickUp(place, dice, happened.next ?? commands.backup);
  wrong.push(...next.wrong);
  // 4. Now all is as if nothing had happened, but for what was learnt.
  wrong.push(...(await nothingIsHeld(ground, { sessions: true })));
  wrong.push(...(await nothingRuns(place)), ...nothingLies(place));
  wrong.push(...(await onlyWholeBackupsLie(happened)), ...(await everyWholeBackupIsListed(place)));
  wrong.push(...(await changedSince(ground, place, before)));
  wrong.push(...(await nothingGoodIsLost(place, dice)));
  wrong.push(...(await nothingIsUnfinished(place)));
  return [...new Set(wrong)];
}

/** The good backups byte by byte, and the source's binlog. */
export async function changedSince(ground: Ground, place: Place, before: Before): Promise<string[]> {
  const now = await lookBefore(ground, place);
  const wrong = [...before.fingerprints].flatMap(([key, print]) => {
    if (now.fingerprints.get(key) === print) return [];
    return [`${key} of a good backup ${now.fingerprints.has(key) ? 'was changed' : 'is gone'}`];
  });
  if (now.binlog === before.binlog) return wrong;
  return [...wrong, `something was written on the source: its binlog went from ${before.binlog} to ${now.binlog}`];
}

/** Listed are only sets with a manifest, and those that were not there before verify as good. */
async function nothingFalseIsListed(place: Place): Promise<string[]> {
  const whole = await wholeSets(place);
  const world = await place.world();
  return world.state.catalog
    .list()
    .filter(({ id }) => !whole.has(id))
    .map(({ id }) => `${id} is listed and has no manifest`);
}

async function everyWholeBackupIsListed(place: Place): Promise<string[]> {
  const { state } = await place.world();
  const unlisted = [...(await wholeSets(place))].filter((id) => !state.catalog.get(id));
  return unlisted.map((id) => `${id} has a manifest and is not listed`);
}

/** Every object belongs to a backup with a manifest. A store that would not remove a probe keeps it until that is an hour old. */
async function onlyWholeBackupsLie({ place, storeWasGone }: Happened): Promise<string[]> {
  const mayKeepProbes = storeWasGone || place.kind === 's3';
  const whole = await wholeSets(place);
  const strays = (await place.store.everything()).filter(
    (key) =>
      key !== recoverProgramKey &&
      !(mayKeepProbes && key.startsWith(probePrefix)) &&
      !(whole.has(backupIdOfKey(key) ?? '') && /^[^.][^()]*$/.test(key.split('/').at(-1) ?? '')),
  );
  return strays.map((key) => `${key} was left behind`);
}

async function nothingGoodIsLost(place: Place, dice: Dice): Promise<string[]> {
  const world = await place.world();
  const rebuilt = await rebuildCatalog(world, { principal: dba });
  if (rebuilt.kind !== 'rebuilt') return ['the catalog could not be rebuilt'];
  const wrong = rebuilt.unreadable.map(({ id, why }) => `${id} cannot be opened: ${why}`);
  const listed = world.state.catalog.list();
  for (const id of place.good) {
    const entry = listed.find((each) => each.id === id);
    if (entry?.verified?.verdict !== 'good') wrong.push(`${id} is not listed as good any more`);
  }
  // Those that nobody verified yet, and sometimes one whose bytes are known to be as they were: reading all of them each time would take most of the run.
  for (const { id, verified } of listed) {
    if (verified && !(id === place.good.at(-1) && dice.chance() < 0.2)) continue;
    const outcome = await verify(world, id);
    if (outcome.kind !== 'succeeded') wrong.push(`${id} is listed, and verification says ${JSON.stringify(outcome)}`);
  }
  return wrong;
}

async function nothingIsUnfinished(place: Place): Promise<string[]> {
  const world = await place.world();
  const running = world.state.jobs.running().map(({ id, kind }) => `the ${kind} ${id} still counts as running`);
  const audit = verifyAudit(world, dba);
  const intact = audit.kind === 'verified' && audit.verdict.kind === 'intact';
  return intact ? running : [...running, `the audit log is broken: ${JSON.stringify(audit)}`];
}

async function wholeSets({ store }: Place): Promise<Set<string>> {
  const ids = (await store.everything()).map((key) => {
    const id = backupIdOfKey(key);
    return id !== undefined && key === `${setPrefix(id)}manifest` ? id : undefined;
  });
  return new Set(ids.filter((id) => id !== undefined));
}

/** Where the source's binlog stands: whatever writes there, this moves. */
async function binlogOf({ server, flavour }: Ground): Promise<string> {
  const [row] = await server.query(flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  return `${row?.File}:${row?.Position}`;
}

import { setObjects } from '../../domain/backup-set.ts';
import { binlogSourceOf, dayOf, dayPrefix, makeDayId, parseBinlogKey } from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import { type Principal, scheduler } from '../../domain/principal.ts';
import type { SetKey } from '../../ports/encryption.ts';
import type { Repository } from '../../ports/repository.ts';
import { readWhole } from '../open-set.ts';
import { randomSuffix } from '../random-suffix.ts';
import { record } from '../record.ts';
import type { World } from '../world.ts';

/** The keys of a source's binlogs in one repository: a day's segments have one. */
export interface DayKeys {
  /** Failures `key-missing`, `integrity`, `object-missing`, and the repository's. */
  open(dayId: string): Promise<SetKey>;
  /** Today's, made when there is none yet that can be opened; with `fresh` always one of its own. */
  today(): Promise<Day>;
}

export interface Day {
  readonly dayId: string;
  readonly prefix: string;
  readonly setKey: SetKey;
}

export function dayKeys(
  world: World,
  repository: Repository,
  source: string,
  { fresh = false }: { fresh?: boolean } = {},
): DayKeys {
  const opened = new Map<string, Promise<SetKey>>();
  let current: Day | undefined;

  function open(dayId: string): Promise<SetKey> {
    const known = opened.get(dayId);
    if (known) return known;
    const opening = openDay(world, repository, dayId, { principal: scheduler, purpose: 'binlogs' });
    opened.set(dayId, opening);
    opening.catch(() => opened.delete(dayId));
    return opening;
  }

  async function findOf(day: string): Promise<Day | undefined> {
    const start = `${dayPrefix(source, makeDayId(source, world.clock.now(), '')).slice(0, -1)}`;
    for await (const { key } of repository.list(start)) {
      const found = parseBinlogKey(source, key);
      if (found?.name !== setObjects.keys || dayOf(found.dayId) !== day) continue;
      try {
        return dayWith(found.dayId, await open(found.dayId));
      } catch (error) {
        // Of an earlier configuration: what is written from now on gets a key that can be opened.
        if (!(error instanceof Failure) || !['key-missing', 'integrity'].includes(error.code)) throw error;
      }
    }
    return undefined;
  }

  async function make(): Promise<Day> {
    const dayId = makeDayId(source, world.clock.now(), randomSuffix());
    const { setKey, keysObject } = await world.encryption.createSetKey(dayId);
    await repository.put(`${dayPrefix(source, dayId)}${setObjects.keys}`, keysObject, { ifAbsent: true });
    opened.set(dayId, Promise.resolve(setKey));
    return dayWith(dayId, setKey);
  }

  function dayWith(dayId: string, setKey: SetKey): Day {
    return { dayId, prefix: dayPrefix(source, dayId), setKey };
  }

  return {
    open,
    async today() {
      const day = dayOf(makeDayId(source, world.clock.now(), ''));
      if (!current || dayOf(current.dayId) !== day) current = (fresh ? undefined : await findOf(day)) ?? (await make());
      return current;
    },
  };
}

/** Opens a day's key; the audit log notes who had that done and what for. Failures `key-missing`, `integrity`, `object-missing`. */
export async function openDay(
  world: World,
  repository: Repository,
  dayId: string,
  { principal, purpose }: { principal: Pick<Principal, 'name' | 'via'>; purpose: string },
): Promise<SetKey> {
  const source = binlogSourceOf(dayId);
  const keysObject = await readWhole(repository, `${dayPrefix(source, dayId)}${setObjects.keys}`);
  const detail = { purpose, repository: repository.name };
  record(world, principal, { action: 'keys.opened', source, subject: dayId, detail });
  return world.encryption.openSetKey(dayId, keysObject);
}

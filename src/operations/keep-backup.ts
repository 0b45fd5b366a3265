import { Failure, toFailure } from '../domain/failure.ts';
import { isPinned, longestPinReason, type Pin, type PinFact, parsePinEnd } from '../domain/pin.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { keepFact } from './facts.ts';
import { findBackup } from './find-backup.ts';
import { openSet } from './open-set.ts';
import { record } from './record.ts';
import { repositoriesNamed } from './repository-named.ts';
import type { World } from './world.ts';

export interface KeepRequest {
  readonly principal: Principal;
  /** A backup id, its last four characters, or `latest`. */
  readonly backup: string;
  readonly source?: string;
  readonly reason: string;
  /** As people write it; left out, it is kept until it is released. */
  readonly until?: string;
}

export interface Kept {
  readonly kind: 'kept';
  readonly backupId: string;
  readonly pin: Pin;
  /** Repositories that have the backup and could not be told. */
  readonly unreached: readonly string[];
}

/** Pins a backup: retention leaves it alone until the pin ends. Another pin on it is replaced. Failure `usage` for a reason or an end that is none. */
export async function keepBackup(world: World, request: KeepRequest): Promise<Kept | Refusal> {
  const found = findBackup(world, { ...request, action: 'keep' });
  if (found.kind === 'refused') return found;
  const { principal } = request;
  const reason = request.reason.trim().replace(/\s+/g, ' ');
  if (reason === '' || reason.length > longestPinReason) {
    throw new Failure('usage', reason === '' ? 'Why is it kept?' : 'That reason is too long.', {
      hint: `Say it in a few words, at most ${longestPinReason} characters.`,
    });
  }
  const now = world.clock.now();
  const until = request.until === undefined ? null : parsePinEnd(request.until, now).toISOString();
  const unreached = await note(world, principal, found.entry.id, { reason, until });
  const pin = { reason, until, by: principal.name, at: now.toISOString() };
  remember(world, principal, found.entry.id, pin);
  return { kind: 'kept', backupId: found.entry.id, pin, unreached };
}

export interface Released {
  readonly kind: 'released';
  readonly backupId: string;
  readonly unreached: readonly string[];
}

/** Ends a pin. Failure `usage` where there is none. */
export async function unkeepBackup(
  world: World,
  request: Pick<KeepRequest, 'principal' | 'backup' | 'source'>,
): Promise<Released | Refusal> {
  const found = findBackup(world, { ...request, action: 'unkeep' });
  if (found.kind === 'refused') return found;
  const { id, pin } = found.entry;
  if (!isPinned(pin, world.clock.now())) {
    throw new Failure('usage', `${id} is not pinned.`, { hint: 'tidemark backups shows which are.' });
  }
  const unreached = await note(world, request.principal, id, null);
  remember(world, request.principal, id, null);
  return { kind: 'released', backupId: id, unreached };
}

/** Beside the set wherever it lies, for state can be lost. One repository has to take it; those that did not are answered. */
async function note(world: World, principal: Principal, id: string, pinned: PinFact['pinned']): Promise<string[]> {
  const at = world.clock.now().toISOString();
  const fact: PinFact = { formatVersion: 1, fact: 'pin', backupId: id, at, by: principal.name, pinned };
  const holders = repositoriesNamed(world, world.state.catalog.get(id)?.repositories ?? []);
  if (holders.length === 0) throw gone(id);
  const failures: { name: string; error: unknown }[] = [];
  for (const repository of holders) {
    try {
      const set = await openSet(world, repository, id, { principal, purpose: pinned ? 'keep' : 'unkeep' });
      await keepFact(repository, set, 'pin', { at, fact });
    } catch (error) {
      failures.push({ name: repository.name, error });
    }
  }
  if (failures[0] && failures.length === holders.length) throw failures[0].error;
  for (const { name, error } of failures) {
    world.log.warn({ backup: id, repository: name, error: toFailure(error).message }, 'a pin was not written here');
  }
  return failures.map(({ name }) => name);
}

function remember(world: World, principal: Principal, id: string, pin: Pin | null): void {
  const { catalog } = world.state;
  // Read again: a verification may have ended meanwhile.
  const entry = catalog.get(id);
  if (!entry) throw gone(id);
  catalog.put({ ...entry, pin });
  const about = { source: entry.source, subject: id };
  if (!pin) return void record(world, principal, { action: 'backup.released', ...about });
  const { reason, until } = pin;
  record(world, principal, { action: 'backup.kept', ...about, detail: { reason, until: until ?? 'it is released' } });
}

function gone(id: string): Failure {
  return new Failure('backup-missing', `${id} is not there any more.`, {
    hint: 'It was removed meanwhile; tidemark backups lists what there is.',
  });
}

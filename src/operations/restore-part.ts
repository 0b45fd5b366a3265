import { Failure } from '../domain/failure.ts';
import type { ManifestPart } from '../domain/manifest.ts';
import type { Repository } from '../ports/repository.ts';
import { decompressPart } from './decompress-part.ts';
import { loadPart } from './load-part.ts';
import { readPart } from './read-part.ts';
import { type RestoredPart, type RestoreRequest, wantedBy } from './restore-request.ts';

/** A part that the server would not take, or that no repository has whole: `restore-failed`, `integrity` or `object-missing`. */
export interface PartRefused {
  readonly kind: 'part-refused';
  readonly part: string;
  readonly failure: Failure;
}

/**
 * Loads a part from the nearest repository that has it whole; what a worse copy brought in is removed before the next is tried.
 * `again` says that an earlier load of it may have left something; `sessions` may share the work.
 */
export async function restorePart(
  request: RestoreRequest,
  part: RestoredPart,
  { signal, again, sessions }: { signal: AbortSignal; again: boolean; sessions: number },
): Promise<PartRefused | undefined> {
  let mustClear = again;
  let quickly = part.role === 'data';
  let trouble: Failure | undefined;
  for (const repository of request.repositories) {
    if (mustClear) await clearPart(request, part);
    mustClear = true;
    try {
      if (quickly && (await loadQuickly(request, repository, part, { signal, sessions }))) return undefined;
      quickly = false;
      await loadPart(request, repository, part, signal);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'restore-failed') return { kind: 'part-refused', part: part.name, failure: error };
      if (!['object-missing', 'integrity', 'repository-unavailable'].includes(error.code)) throw error;
      trouble ??= error;
    }
  }
  if (!trouble) throw new Error(`no repository to read ${part.name} from`);
  if (trouble.code === 'repository-unavailable') throw trouble;
  return { kind: 'part-refused', part: part.name, failure: trouble };
}

/** False when the part is to be loaded by its INSERTs after all; nothing of it is there then. */
async function loadQuickly(
  request: RestoreRequest,
  repository: Repository,
  part: RestoredPart,
  { signal, sessions }: { signal: AbortSignal; sessions: number },
): Promise<boolean> {
  const { target, set, owner, binlog } = request;
  let read = 0;
  const onRead = (bytes: number) => {
    read += bytes;
    request.onRead(bytes);
  };
  const sql = async function* () {
    yield* decompressPart(await readPart(repository, set, part, { signal, onRead }));
  };
  const isWanted = wantedBy(request);
  const outcome = await target.loadRows(sql(), {
    ...{ owner, binlog, part: part.name, sessions, signal },
    tables: part.tables.filter(isWanted),
    passedOver: part.tables.filter((table) => !isWanted(table)),
  });
  if (outcome.kind === 'loaded') return true;
  request.onInserts?.(part, outcome.why);
  // It is read again.
  request.onRead(-read);
  if (outcome.kind === 'spoilt') await clearPart(request, part);
  return false;
}

/** Routines, events and views replace themselves, accounts pass over what is there. */
async function clearPart(request: RestoreRequest, part: ManifestPart): Promise<void> {
  const { target, set } = request;
  switch (part.role) {
    case 'structure':
      return target.dropSchemas(set.manifest.scope.schemas, request);
    case 'data':
      return target.clear(part.tables, { ...request, part: part.name });
    case 'triggers':
      return target.dropTriggers(set.manifest.scope.schemas, request);
    case 'routines':
    case 'views':
    case 'events':
    case 'accounts':
      return;
  }
}

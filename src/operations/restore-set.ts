import { z } from 'zod';
import type { DeferredKeys } from '../domain/deferred-keys.ts';
import { Failure } from '../domain/failure.ts';
import { type ManifestPart, type PartRole, type TableName, tableNameSchema } from '../domain/manifest.ts';
import type { Target } from '../ports/target.ts';
import { checkTarget } from './check-target.ts';
import { inParallel } from './in-parallel.ts';
import { journalled } from './restore-journal.ts';
import { type PartRefused, restorePart } from './restore-part.ts';
import { type RestoredPart, type RestoreRequest, wantedBy } from './restore-request.ts';

export interface Restored {
  readonly kind: 'restored';
  /** They came in disabled. */
  readonly eventsToEnable: readonly TableName[];
}

const deferKeysAboveBytes = 32 * 1024 * 1024;

/**
 * Restores a set into an empty server: structure, rows in parallel, keys of big tables, then what builds on tables.
 * One that was killed goes on when it is called again with the same owner and journal.
 * Failures: `target-not-empty`, `restore-failed` when the target cannot take such a backup, and those of target and repositories.
 */
export async function restoreSet(request: RestoreRequest): Promise<Restored | PartRefused> {
  const { target, journal, set, crashPoint } = request;
  const parts = (role: PartRole) => set.manifest.parts.filter((part) => part.role === role);
  const accounts = request.accounts ? parts('accounts') : [];
  await target.endOrphans(request.owner);
  await journalled(journal, 'target-checked', async () => void (await checkTarget(request)));

  const refused =
    (await load(request, parts('structure'))) ??
    (await deferKeys(request)) ??
    (await load(request, largestFirst(parts('data').filter(({ tables }) => tables.some(wantedBy(request)))))) ??
    (await buildKeys(request)) ??
    (await load(request, only('creations', accounts))) ??
    (await load(request, parts('routines'))) ??
    // MariaDB looks at the rights of a view's definer when it is made, and rights may be on views: so both come in twice.
    (await load(request, only('what-goes', accounts.length > 0 ? parts('views') : []))) ??
    (await load(request, only('what-goes', accounts))) ??
    (await load(request, parts('views'))) ??
    (await load(request, parts('triggers'))) ??
    (await load(request, parts('events'))) ??
    (await load(request, accounts));
  if (refused) return refused;

  await refuseEnabledEvents(target);
  crashPoint('restore-finished');
  return { kind: 'restored', eventsToEnable: eventsSchema.parse(journal.recall('events-to-enable') ?? []) };
}

/**
 * Enables what `restoreSet` left disabled, by loading the events once more as they were dumped: an ALTER EVENT would make whoever runs it
 * the definer, and keep the SQL mode and the character sets of its own session.
 */
export async function enableEvents(request: RestoreRequest): Promise<PartRefused | undefined> {
  const events = request.set.manifest.parts.filter(({ role }) => role === 'events');
  return load(request, only('as-dumped', events));
}

const eventsSchema = z.array(tableNameSchema);

/** Each part is a step of its own. The first that is refused stops those beside it. */
async function load(request: RestoreRequest, parts: readonly RestoredPart[]): Promise<PartRefused | undefined> {
  let refused: PartRefused | undefined;
  // Fewer parts than there are workers: each gets more of them.
  const sessions = Math.floor(request.parallel / Math.max(1, Math.min(parts.length, request.parallel)));
  await inParallel(parts, request, async (part, signal, stop) => {
    const step = part.only ? `${part.name}: ${part.only}` : part.name;
    await journalled(request.journal, step, async (again) => {
      const outcome = await restorePart(request, part, { signal, again, sessions });
      if (outcome) {
        refused ??= outcome;
        stop();
        signal.throwIfAborted();
      }
    });
    if (part.only) return;
    request.onPart(part);
    request.crashPoint(part.role === 'data' ? 'restore-data-part-loaded' : `restore-${part.role}-loaded`);
  }).catch((error) => {
    if (!refused) throw error;
  });
  return refused;
}

/** Remembered before they are dropped: a crash in between loses none. */
async function deferKeys(request: RestoreRequest): Promise<undefined> {
  const { target, journal } = request;
  await journalled(journal, 'keys-deferred', async () => {
    for (const table of bigTables(request)) {
      const memory = keysMemory(table);
      if (journal.recall(memory) !== undefined) continue;
      journal.remember(memory, (await target.deferrableKeys(table)) ?? null);
    }
    for (const keys of deferredKeys(request)) await target.dropKeys(keys, request);
  });
  request.crashPoint('restore-keys-deferred');
}

async function buildKeys(request: RestoreRequest): Promise<undefined> {
  await inParallel(deferredKeys(request), request, async (keys, signal) => {
    signal.throwIfAborted();
    await journalled(request.journal, `built:${keysMemory(keys)}`, () => request.target.addKeys(keys, request));
    request.crashPoint('restore-keys-built');
  });
}

const keysSchema: z.ZodType<DeferredKeys | null> = tableNameSchema
  .extend({ keys: z.array(z.object({ name: z.string(), definition: z.string() })) })
  .nullable();

function deferredKeys(request: RestoreRequest): DeferredKeys[] {
  return bigTables(request).flatMap(
    (table) => keysSchema.parse(request.journal.recall(keysMemory(table)) ?? null) ?? [],
  );
}

function bigTables({ set, deferKeysAboveBytes: above = deferKeysAboveBytes }: RestoreRequest): TableName[] {
  return set.manifest.tables.filter((table) => table.transactional && table.bytes >= above);
}

function keysMemory({ schema, name }: TableName): string {
  return `keys:${JSON.stringify([schema, name])}`;
}

function only(what: NonNullable<RestoredPart['only']>, parts: readonly ManifestPart[]): RestoredPart[] {
  return parts.map((part) => ({ ...part, only: what }));
}

/** A big part that begins last would be waited for alone. */
function largestFirst(parts: readonly ManifestPart[]): ManifestPart[] {
  return [...parts].sort((a, b) => b.rawBytes - a.rawBytes);
}

async function refuseEnabledEvents(target: Target): Promise<void> {
  const [enabled] = await target.enabledEvents();
  if (!enabled) return;
  throw new Failure('restore-failed', `The event ${enabled.schema}.${enabled.name} came in enabled.`, {
    hint: 'Disable it before anything else, and please report this.',
  });
}

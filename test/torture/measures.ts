import { startFaultProxy } from '../support/fault-proxy.ts';
import { startWire } from '../support/wire.ts';
import { commands } from './commands.ts';
import type { Ground } from './ground.ts';
import { isWriting } from './s3-requests.ts';
import type { StoreKind } from './stores.ts';
import { withDisk, withState } from './trouble.ts';

/** What `backup full` takes when nobody disturbs it. */
export interface Measures {
  readonly milliseconds: number;
  /** Between bot and database, both ways. */
  readonly databaseBytes: number;
  /** Writes, syncs, renames and removals in the repository's directory. */
  readonly diskOperations: number;
  readonly stateWrites: number;
  readonly requests: number;
  /** Of them those that change something. */
  readonly writingRequests: number;
}

export async function measureBackup(ground: Ground, kind: StoreKind): Promise<Measures> {
  const wire = await startWire(ground.server);
  const proxy = kind === 's3' ? await startFaultProxy((await ground.bucket()).endpoint) : undefined;
  const through = { database: wire.port, ...(proxy && { s3: proxy.endpoint }) };
  const place = await ground.place(kind, { through });
  try {
    const disk = withDisk(place, { at: 0, meets: 'EIO', lasting: false });
    const state = withState(place, { at: 0, lasting: false });
    const both = { ...disk.env, ...state.env, NODE_OPTIONS: `${disk.env.NODE_OPTIONS} ${state.env.NODE_OPTIONS}` };
    const startedAt = performance.now();
    const run = await place.tidemark(commands.backup, { env: both });
    if (run.status !== 0) throw new Error(`An undisturbed backup failed: ${run.stderr}`);
    return {
      milliseconds: performance.now() - startedAt,
      databaseBytes: wire.passed(),
      diskOperations: disk.count(),
      stateWrites: state.count(),
      requests: proxy?.seen.length ?? 0,
      writingRequests: proxy?.seen.filter(isWriting).length ?? 0,
    };
  } finally {
    await place.close();
    await proxy?.stop();
    await wire.stop();
  }
}

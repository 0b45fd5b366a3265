import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../support/database-server.ts';
import { type Moto, motoCredentials, startMoto } from '../support/moto-server.ts';
import type { Flavour } from '../support/server-programs.ts';
import { type Ground, openGround } from './ground.ts';
import { endProgramsIn } from './programs-in.ts';
import { type Bucket, makeBucket } from './stores.ts';

const temporary = realpathSync(tmpdir());
const prefix = 'tidemark-torture-';

/** Everything that a torture starts and makes; what is not asked for is not started. */
export interface Workshop {
  ground(flavour: Flavour): Promise<Ground>;
  /** Ends and removes all of it, whatever it is at. */
  close(): Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  await sweepDeadWorkshops();
  const folder = mkdtempSync(join(temporary, `${prefix}${process.pid}-`));
  Object.assign(process.env, motoCredentials);
  const closing = new AbortController();
  const grounds = new Map<Flavour, Promise<Ground>>();
  let moto: Promise<Moto> | undefined;
  let bucket: Promise<Bucket> | undefined;

  const openBucket = () => {
    moto ??= startMoto();
    bucket ??= moto.then(({ endpoint }) => makeBucket(endpoint));
    return bucket;
  };

  return {
    ground(flavour) {
      const ground =
        grounds.get(flavour) ?? openGround(flavour, { folder, closing: closing.signal, bucket: openBucket });
      grounds.set(flavour, ground);
      return ground;
    },
    async close() {
      closing.abort(new Error('the torture ends'));
      await endProgramsIn(folder);
      const all = await Promise.allSettled(grounds.values());
      for (const ground of all) if (ground.status === 'fulfilled') await ground.value.close();
      await moto?.then(({ stop }) => stop()).catch(() => {});
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A torture that was killed itself could not tidy up: its servers died with it, its bots and folders stayed. */
async function sweepDeadWorkshops(): Promise<void> {
  for (const name of readdirSync(temporary).filter((each) => each.startsWith(prefix))) {
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await endProgramsIn(join(temporary, name));
    rmSync(join(temporary, name), { recursive: true, force: true });
  }
}

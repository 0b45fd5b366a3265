import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import type { Flavour } from '../support/server-programs.ts';
import { nothingIsHeld } from './aftermath.ts';
import { type Measures, measureBackup } from './measures.ts';
import { openPlace, type Place, type PlaceRequest } from './place.ts';
import { type Bucket, localStore, type Store, type StoreKind, s3Store } from './stores.ts';

/** What all cases of one flavour share, one after the other: a server with something in it, and good backups to begin from. */
export interface Ground {
  readonly flavour: Flavour;
  readonly server: TestServer;
  readonly login: { readonly user: string; readonly password: string };
  /** A new place with copies of the good backups. */
  place(kind: StoreKind, more?: Pick<PlaceRequest, 'through' | 'settings' | 'env'>): Promise<Place>;
  /** What an undisturbed backup takes, so that cases know where to disturb one. Measured once. */
  measures(kind: StoreKind): Promise<Measures>;
  /** A second server, empty, to restore into. */
  target(): Promise<TestServer>;
  bucket(): Promise<Bucket>;
  close(): Promise<void>;
}

export async function openGround(
  flavour: Flavour,
  workshop: { folder: string; closing: AbortSignal; bucket(): Promise<Bucket> },
): Promise<Ground> {
  const server = await startDatabaseServer({ flavour });
  await seedAlumni(server, { rows: 300 });
  await makeNoise(server);
  const login = await createBackupUser(server);
  // What the oracle does to the site is done once before, so that all backups have it.
  await nothingIsHeld({ server, login }, { sessions: false });
  const bases = new Map<StoreKind, Promise<Base>>();
  const measured = new Map<StoreKind, Promise<Measures>>();
  let target: Promise<TestServer> | undefined;
  let places = 0;

  const storeFor = async (kind: StoreKind, name: string, folder: string, base?: string): Promise<Store> =>
    kind === 'local'
      ? localStore(folder)
      : s3Store(await workshop.bucket(), `${flavour}/${name}`, base && `${flavour}/${base}`);

  const ground: Ground = {
    flavour,
    server,
    login,

    async place(kind, more = {}) {
      const base = await remembered(bases, kind, () => makeBase(kind));
      places += 1;
      const name = `${kind}-${places}`;
      const folder = join(workshop.folder, flavour, name);
      const { closing } = workshop;
      const request = { folder, base: base.folder, good: base.good, server, login, closing, ...more };
      return openPlace({ ...request, store: await storeFor(kind, name, folder, base.name) });
    },

    bucket: workshop.bucket,
    measures: (kind) => remembered(measured, kind, () => measureBackup(ground, kind)),

    async target() {
      target ??= startDatabaseServer({ flavour });
      return target;
    },

    async close() {
      await server.stop();
      await (await target)?.stop();
    },
  };
  return ground;

  interface Base {
    readonly name: string;
    readonly folder: string;
    readonly good: readonly string[];
  }

  async function makeBase(kind: StoreKind): Promise<Base> {
    const name = `${kind}-base`;
    const folder = join(workshop.folder, flavour, name);
    mkdirSync(folder, { recursive: true });
    const store = await storeFor(kind, name, folder);
    const world = await openBackupWorld({ directory: folder, server, login, repository: store.repository });
    const good: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { id } = await takeGoodFull(world);
      if ((await verify(world, id)).kind !== 'succeeded') throw new Error(`the base of ${name} is not good`);
      good.push(id);
    }
    world.state.close();
    return { name, folder, good };
  }
}

/** One table that no compression helps with: more than pipes hold, and more than one part of an upload to S3. */
async function makeNoise(server: TestServer): Promise<void> {
  await server.query(`CREATE DATABASE noise; CREATE TABLE noise.noise
    (id INT AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 7, v VARBINARY(1000), KEY k_of_noise (k))`);
  await server.query('INSERT INTO noise.noise (v) VALUES (RANDOM_BYTES(1000))');
  for (let rows = 1; rows < 4096; rows *= 2) {
    await server.query('INSERT INTO noise.noise (v) SELECT RANDOM_BYTES(1000) FROM noise.noise');
  }
  await server.query('INSERT INTO noise.noise (v) SELECT RANDOM_BYTES(1000) FROM noise.noise LIMIT 1600');
  await server.query('ANALYZE TABLE noise.noise');
}

function remembered<Key, Value>(
  memory: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = memory.get(key) ?? make();
  memory.set(key, known);
  return known;
}

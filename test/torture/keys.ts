import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createKeyFile } from '../../src/adapters/crypto/key-file.ts';
import { setObjects, setPrefix } from '../../src/domain/backup-set.ts';
import { crashPointNames } from '../../src/ports/crash-point.ts';
import { nothingLies, nothingRuns } from './aftermath.ts';
import type { TortureCase, TortureClass, Verdict } from './case.ts';
import { commands } from './commands.ts';
import type { Dice } from './dice.ts';
import { howItEnded, wellTold } from './ending.ts';
import type { Ground } from './ground.ts';
import { type Before, changedSince, lookBefore } from './oracle.ts';
import type { Place, PlaceOptions } from './place.ts';
import { type StoreKind, storeKinds } from './stores.ts';

type Work = 'rotation' | 'shred';
/** moto answers 400 to HEAD of the version `null` in a bucket that never had versions, so nothing can be shredded there. */
const works: Record<StoreKind, readonly Work[]> = { local: ['rotation', 'shred'], s3: ['rotation'] };
const randomCount = 3;

/** Rotating keys and shredding a backup die at every named point and at random moments; done again, they come to their end and nothing else is lost. */
export const keys: TortureClass = {
  name: 'keys',
  cases: async ({ flavour }) =>
    storeKinds.flatMap((store) =>
      works[store].flatMap((work): TortureCase[] => [
        ...crashPointNames
          .filter((name) => name.startsWith(work))
          .map((point) => ({
            id: `keys/${flavour}/${store}/${point}`,
            run: (ground: Ground) => dieAndGoOn(ground, { store, work }, { env: { TIDEMARK_CRASH_AT: point } }),
          })),
        ...Array.from({ length: randomCount }, (_, index) => ({
          id: `keys/${flavour}/${store}/${work}-killed-${index + 1}`,
          run: (ground: Ground, dice: Dice) =>
            dieAndGoOn(ground, { store, work }, killedAt(200 + dice.chance() * 1500)),
        })),
      ]),
    ),
};

function killedAt(moment: number): PlaceOptions {
  return {
    async whileRunning({ kill, over }) {
      await Promise.race([pause(moment), over]);
      kill('SIGKILL');
    },
  };
}

async function dieAndGoOn(
  ground: Ground,
  { store, work }: { store: StoreKind; work: Work },
  death: PlaceOptions,
): Promise<Verdict> {
  const ring = ['k-new', 'k-test'].map((id) => ({ id, file: id.replace('k-', '').concat('.key') }));
  const place = await ground.place(store, { settings: { encryption: { keys: ring } } });
  try {
    await createKeyFile(join(place.folder, 'new.key'), 'k-new');
    const before = await lookBefore(ground, place);
    const [victim = ''] = place.good;
    const args =
      work === 'rotation'
        ? ['keys', 'rotate', '--json']
        : ['keys', 'shred', victim, '--reason', 'torture', '--confirm', victim, '--json'];
    const killed = await place.tidemark(args, death);
    const again = await place.tidemark(args);
    const wrong = wellTold(killed);
    // Death may have come when all was done.
    const wasDone = again.stdout.includes('"reason": "shredded"');
    if (!wasDone) wrong.push(...wellTold(again));
    if (again.status !== 0 && !wasDone) wrong.push(`done again it did not end well: ${again.stdout}${again.stderr}`);
    wrong.push(...(await lookAtBackups(place, work)));
    wrong.push(...(await othersChanged(ground, place, before)));
    wrong.push(...(await nothingRuns(place)), ...nothingLies(place));
    return { ended: howItEnded(killed), wrong };
  } finally {
    await place.close();
  }
}

/** All of them are good, and the next one is; but for the one that was shredded, whose key nobody finds. */
async function lookAtBackups(place: Place, work: Work): Promise<string[]> {
  const wrong: string[] = [];
  const next = await place.tidemark(commands.backup);
  if (next.status !== 0) wrong.push(`the next backup did not succeed: ${next.stdout}${next.stderr}`);
  for (const [index, id] of place.good.entries()) {
    const shredded = work === 'shred' && index === 0;
    const verified = await place.tidemark(['verify', id, '--json']);
    if ((verified.status === 0) === shredded)
      wrong.push(`${id} is verified with ${verified.status}: ${verified.stdout}`);
    const key = `${setPrefix(id)}${setObjects.keys}`;
    if ((await place.store.prints()).has(key) === shredded)
      wrong.push(`${key} is ${shredded ? 'still there' : 'gone'}`);
  }
  return wrong;
}

/** Whatever else than keys objects. */
async function othersChanged(ground: Ground, place: Place, { fingerprints, binlog }: Before): Promise<string[]> {
  const others = [...fingerprints].filter(([key]) => !key.endsWith(`/${setObjects.keys}`));
  return changedSince(ground, place, { fingerprints: new Map(others), binlog });
}

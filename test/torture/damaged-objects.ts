import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { recoverProgramKey, setObjects, setPrefix } from '../../src/domain/backup-set.ts';
import { readWhole } from '../../src/operations/open-set.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import type { Repository } from '../../src/ports/repository.ts';
import {
  type BackupWorld,
  dba,
  findingsOf,
  objectKeys,
  recoverProgramPath,
  takeFull,
  verify,
} from '../support/backup-world.ts';
import type { TortureCase, TortureClass } from './case.ts';
import { type Damage, damages } from './damages.ts';
import type { Dice } from './dice.ts';
import type { Ground } from './ground.ts';
import type { Place } from './place.ts';
import { storeKinds } from './stores.ts';

const run = promisify(execFile);
const parts = ['structure', 'data', 'routines', 'views', 'triggers', 'events', 'accounts'] as const;
/** What there is to damage: the objects of a set, by kind, and the program beside them. */
const artefacts = ['keys', 'manifest', 'RECOVER.md', 'recover.mjs', 'fact', ...parts] as const;
type Artefact = (typeof artefacts)[number];

/** One object of a good backup is damaged in every way there is. Verification names it, nothing else suffers, and `recover.mjs` does not fall for it. */
export const damagedObjects: TortureClass = {
  name: 'damaged-objects',
  cases: async ({ flavour }) =>
    storeKinds.flatMap((store) =>
      artefacts.flatMap((artefact) =>
        damages[store].map(
          (damage, index): TortureCase => ({
            id: `damaged-objects/${flavour}/${store}/${artefact}-${damage.name}-${index + 1}`,
            async run(ground, dice) {
              const place = await ground.place(store);
              try {
                const wrong = await damageAndLook(ground, place, { artefact, damage, dice });
                return { ended: 'found bad', wrong };
              } finally {
                await place.close();
              }
            },
          }),
        ),
      ),
    ),
};

async function damageAndLook(
  ground: Ground,
  place: Place,
  { artefact, damage, dice }: { artefact: Artefact; damage: Damage; dice: Dice },
): Promise<string[]> {
  const [other = '', id = ''] = place.good;
  const world = await place.world();
  const { primary } = world.repositories;
  const key = await keyOf(world, artefact, id);
  const object = artefact === 'recover.mjs' ? recoverProgramKey : key.slice(setPrefix(id)?.length);
  const before = await readWhole(primary, key);
  const swapped =
    artefact === 'recover.mjs'
      ? Buffer.from(before).reverse()
      : await readWhole(primary, await keyOf(world, artefact, other));
  const after = damage.make(Buffer.from(before), Buffer.from(swapped), dice);
  await (after ? primary.put(key, after) : primary.remove(key));

  const wrong: string[] = [];
  // A fact is only ever something more that is known: that there is none says nothing.
  const isMissed = artefact === 'fact' && !after ? 'succeeded' : 'found-bad';
  const outcome = await verify(world, id);
  const findings = findingsOf(world, id);
  if (outcome.kind !== isMissed)
    wrong.push(`verification ${JSON.stringify(outcome)}, expected ${isMissed}: ${findings}`);
  const others = findings.filter((finding) => !finding.startsWith(`${object} in primary: `));
  if (others.length > 0) wrong.push(`only ${object} is damaged, and verification says: ${others.join('; ')}`);

  const expected = artefact === 'recover.mjs' ? 'found-bad' : 'succeeded';
  const undamaged = await verify(world, other);
  if (undamaged.kind !== expected)
    wrong.push(`${other} is not damaged, and verification says ${JSON.stringify(undamaged)}`);
  wrong.push(...(await recoversNothingFalse(place, artefact, id)));
  wrong.push(...(await isListedRightly(world, artefact, { id, other })));
  if (dice.chance() < 0.05) wrong.push(...(await nextBackupLeavesItAlone(ground, world, id)));
  return wrong;
}

/** The parts of a role are numbered alike; the one with the most to lose among them. */
async function keyOf(world: BackupWorld, artefact: Artefact, id: string): Promise<string> {
  const prefix = setPrefix(id) ?? '';
  if (artefact === 'recover.mjs') return recoverProgramKey;
  if (artefact === 'keys' || artefact === 'manifest' || artefact === 'RECOVER.md') return `${prefix}${artefact}`;
  const wanted = artefact === 'fact' ? `${prefix}facts/` : new RegExp(`^${prefix}parts/\\d+-${artefact}\\.`);
  const found = (await objectKeys(world)).find((key) =>
    typeof wanted === 'string' ? key.startsWith(wanted) : wanted.test(key),
  );
  if (found === undefined) throw new Error(`${id} has no ${artefact}`);
  return found;
}

/** Whoever has only `recover.mjs`, a good copy of it, gets what is right or an error. */
async function recoversNothingFalse(place: Place, artefact: Artefact, id: string): Promise<string[]> {
  if (place.kind !== 'local') return [];
  const program = join(place.folder, 'recover.mjs');
  copyFileSync(recoverProgramPath, program);
  const set = join(place.folder, 'repository', setPrefix(id) ?? '');
  const args = [program, '--key', join(place.folder, 'test.key'), set, '--out', join(place.folder, 'recovered')];
  const ended = await run(process.execPath, args).then(
    () => 0,
    (error: { code?: number }) => error.code ?? -1,
  );
  const mustRefuse = !['RECOVER.md', 'recover.mjs', 'fact'].includes(artefact);
  if ((ended !== 0) === mustRefuse) return [];
  return [`recover.mjs ended with ${ended} where ${artefact} is damaged`];
}

/** A catalog made anew has the other backup, and this one as long as it can be opened. */
async function isListedRightly(
  world: BackupWorld,
  artefact: Artefact,
  { id, other }: { id: string; other: string },
): Promise<string[]> {
  const opens = artefact !== setObjects.keys && artefact !== setObjects.manifest;
  const listedBefore = world.state.catalog.list().map((entry) => entry.id);
  const rebuilt = await rebuildCatalog(world, { principal: dba });
  const listed = world.state.catalog.list().map((entry) => entry.id);
  const wrong: string[] = [];
  if (!listed.includes(other)) wrong.push(`${other} is not listed any more: ${JSON.stringify(rebuilt)}`);
  if (listed.includes(id) !== opens) wrong.push(`${id} is ${opens ? 'not ' : ''}listed: ${JSON.stringify(rebuilt)}`);
  if (!listedBefore.includes(id)) wrong.push(`${id} vanished from the list when it was verified`);
  return wrong;
}

/** Nobody sweeps away what is left of a damaged backup. */
async function nextBackupLeavesItAlone({ flavour }: Ground, world: BackupWorld, id: string): Promise<string[]> {
  const prefix = setPrefix(id) ?? '';
  const before = await keysBelow(world.repositories.primary, prefix);
  const next = await takeFull(world);
  if (next.kind !== 'succeeded') return [`the next backup of ${flavour} ${JSON.stringify(next)}`];
  const after = await keysBelow(world.repositories.primary, prefix);
  return before.filter((key) => !after.includes(key)).map((key) => `${key} was swept away`);
}

async function keysBelow(repository: Repository, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of repository.list(prefix)) keys.push(key);
  return keys;
}

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crashPointNames } from '../../src/ports/crash-point.ts';
import type { TestServer } from '../support/database-server.ts';
import { asRestored, describeServer } from '../support/describe-server.ts';
import { nothingLies, nothingRuns } from './aftermath.ts';
import type { TortureCase, TortureClass } from './case.ts';
import { howItEnded } from './ending.ts';
import type { Ground } from './ground.ts';
import { type Before, changedSince, lookBefore } from './oracle.ts';
import type { Place, PlaceOptions } from './place.ts';

const program = fileURLToPath(new URL('../support/restore-child.ts', import.meta.url));
const points = crashPointNames.filter((name) => name.startsWith('restore-'));
const randomCount = 6;

/** A restore into an empty server dies at every named point, and at random moments; done again, it goes on and misses nothing. */
export const restores: TortureClass = {
  name: 'restores',
  cases: async ({ flavour }) => [
    ...points.map(
      (point): TortureCase => ({
        id: `restores/${flavour}/local/${point}`,
        run: (ground) => dieAndGoOn(ground, { point }, {}),
      }),
    ),
    ...Array.from(
      { length: randomCount },
      (_, index): TortureCase => ({
        id: `restores/${flavour}/local/killed-${index + 1}`,
        run(ground, dice) {
          const moment = 400 + dice.chance() * 4000;
          return dieAndGoOn(
            ground,
            {},
            {
              whileRunning: async ({ kill, over }) => {
                await Promise.race([pause(moment), over]);
                kill('SIGKILL');
              },
            },
          );
        },
      }),
    ),
  ],
};

async function dieAndGoOn(ground: Ground, death: { point?: string }, options: PlaceOptions) {
  const target = await ground.target();
  const place = await ground.place('local');
  try {
    const before = await lookBefore(ground, place);
    const args = [JSON.stringify({ ...requestFor(ground, place, target), ...death })];
    const killed = await place.tidemark(args, { ...options, program });
    const goesOn = await place.tidemark([JSON.stringify(requestFor(ground, place, target))], { program });
    const ended = howItEnded(killed);
    const wrong = await lookAtRestored({ ground, place, target, before, said: goesOn.stdout });
    if (death.point && ended !== 'killed') wrong.push(`it came past ${death.point} without dying: ${killed.stderr}`);
    return { ended, wrong: wrong.length === 0 ? [] : [...wrong, `it had said: ${killed.stderr}${goesOn.stderr}`] };
  } finally {
    await place.close();
    await empty(target);
  }
}

function requestFor(ground: Ground, place: Place, { socketPath, rootPassword, clientDir }: TestServer) {
  const { server, login } = ground;
  return {
    world: { directory: place.folder, server: { port: server.port, clientDir }, login },
    id: place.good.at(-1),
    target: { socketPath, rootPassword, clientDir },
  };
}

async function lookAtRestored(restored: {
  ground: Ground;
  place: Place;
  target: TestServer;
  before: Before;
  said: string;
}): Promise<string[]> {
  const { ground, place, target, before, said } = restored;
  const wrong = said.includes('"kind":"restored"') ? [] : [`the restore did not go on to its end: ${said}`];
  const expected = asRestored(await describeServer(ground.server));
  const there = await describeServer(target);
  for (const what of new Set([...Object.keys(expected), ...Object.keys(there)])) {
    if (JSON.stringify(there[what]) === JSON.stringify(expected[what])) continue;
    wrong.push(`${what} is ${JSON.stringify(there[what])}, not ${JSON.stringify(expected[what])}`);
  }
  wrong.push(...(await nothingRuns(place)), ...nothingLies(place), ...(await changedSince(ground, place, before)));
  return wrong;
}

/** As it was started: no schemas but its own, no accounts but root's. */
async function empty(target: TestServer): Promise<void> {
  const schemas = await target.query<{ name: string }>(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')",
  );
  for (const { name } of schemas) await target.query('SET SESSION foreign_key_checks = 0; DROP DATABASE ??', [name]);
  const accounts = await target.query<{ user: string; host: string }>(
    "SELECT User AS user, Host AS host FROM mysql.user WHERE User NOT IN ('root', 'mariadb.sys') AND User NOT LIKE 'mysql.%'",
  );
  for (const { user, host } of accounts) await target.query('DROP USER ?@?', [user, host]);
}

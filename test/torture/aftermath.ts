import { setTimeout as pause } from 'node:timers/promises';
import { alumniSchema } from '../../scripts/demo/alumni.ts';
import type { Ground } from './ground.ts';
import type { Place } from './place.ts';
import { programsIn } from './programs-in.ts';

/** What dies by itself, because its pipe or its server has gone, is given so long. */
const patienceMilliseconds = 20_000;

/** No write and no DDL waits for what a bot held; with `sessions`, nobody is logged in as it any more either. */
export async function nothingIsHeld(
  { server, login }: Pick<Ground, 'server' | 'login'>,
  { sessions }: { readonly sessions: boolean },
): Promise<string[]> {
  const wrong: string[] = [];
  try {
    await server.query(`SET SESSION sql_log_bin = 0, lock_wait_timeout = 5, innodb_lock_wait_timeout = 5;
      UPDATE ${alumniSchema}.events SET place = CONCAT(place, '') WHERE id = 1;
      ALTER TABLE ${alumniSchema}.events COMMENT = 'changed';
      CREATE TABLE ${alumniSchema}.passing (id INT PRIMARY KEY);
      DROP TABLE ${alumniSchema}.passing`);
  } catch (error) {
    wrong.push(`the site waits for a lock: ${error instanceof Error ? error.message : error}`);
  }
  if (!sessions) return wrong;
  const left = await lastOf(async () => {
    const all = await server.query<Record<string, string>>('SHOW FULL PROCESSLIST');
    return all.filter(({ User }) => User === login.user).map(({ Id, Info }) => `session ${Id} is still open: ${Info}`);
  });
  for (const session of left) await server.query(`KILL ${/\d+/.exec(session)?.[0]}`).catch(() => {});
  return [...wrong, ...left];
}

export async function nothingRuns({ folder }: Pick<Place, 'folder'>): Promise<string[]> {
  return (await lastOf(async () => programsIn(folder))).map(({ command }) => `still running: ${command}`);
}

/** Option files hold a password, scratch servers a copy of the data. */
export function nothingLies(place: Place): string[] {
  return place.litter().map((path) => `${path} was left behind`);
}

/** What is still there when patience ends. */
async function lastOf<Thing>(look: () => Promise<Thing[]>): Promise<Thing[]> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  for (;;) {
    const left = await look();
    if (left.length === 0 || performance.now() > giveUpAt) return left;
    await pause(50);
  }
}

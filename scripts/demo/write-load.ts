import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { type AlumniServer, alumniSchema } from './alumni.ts';

export interface WriteLoad {
  /** Transactions committed so far. The n-th left a donation with the note `write load n`. */
  readonly committed: number;
  /** Ends after the transaction under way. */
  stop(): Promise<void>;
}

/**
 * The site's visitors: about `perSecond` small transactions a second on the alumni database, one at a time. Goes on
 * after the server was away.
 */
export function startWriteLoad(server: AlumniServer, { perSecond = 5 }: { perSecond?: number } = {}): WriteLoad {
  const stopping = new AbortController();
  const load = { committed: 0 };
  const running = visit();

  async function visit(): Promise<void> {
    let connection: Connection | undefined;
    while (!stopping.signal.aborted) {
      const next = Date.now() + 1000 / perSecond;
      try {
        connection ??= await server.connect();
        await oneVisit(connection, load.committed + 1);
        load.committed += 1;
      } catch {
        connection?.destroy();
        connection = undefined;
        await pause(250);
      }
      await pause(next - Date.now());
    }
    connection?.destroy();
  }
  const pause = (ms: number) => sleep(Math.max(0, ms), undefined, { signal: stopping.signal }).catch(() => {});

  return {
    get committed() {
      return load.committed;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function oneVisit(connection: Connection, n: number): Promise<void> {
  const somebody = `(SELECT id FROM ${alumniSchema}.users ORDER BY id LIMIT 1 OFFSET ${n % 10})`;
  await connection.beginTransaction();
  await connection.query(
    `INSERT INTO ${alumniSchema}.donations (user_id, amount, note, created_at) VALUES (${somebody}, ?, ?, NOW(3))`,
    [(n % 100) + 0.5, `write load ${n}`],
  );
  await connection.query(
    `INSERT INTO ${alumniSchema}.user_invitations (email, token, invited_by, created_at) VALUES (?, ?, ${somebody}, NOW(3))`,
    [`visitor${n}@example.org`, randomBytes(16)],
  );
  await connection.query(`UPDATE ${alumniSchema}.user_profiles SET about = ? ORDER BY user_id LIMIT 1`, [
    `visit ${n} 🪔`,
  ]);
  await connection.commit();
}

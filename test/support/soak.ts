import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ResultSetHeader } from 'mysql2/promise';
import { openState } from '../../src/adapters/state/open-state.ts';
import { standingNote, standingSchema } from '../../src/domain/binlog/standing.ts';
import type { TestServer } from './database-server.ts';
import type { Installation } from './install.ts';

/** The real bot in a process of its own, started again whenever it dies. */
export function keepRunning(tidemark: Installation): { kill(): void; stop(): Promise<void> } {
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  let stopping = false;
  const running = (async () => {
    while (!stopping) {
      await tidemark.runWith(
        {
          async whileRunning({ kill }) {
            send = kill;
          },
        },
        'start',
      );
      send = undefined;
      await sleep(1_000);
    }
  })();
  return {
    kill: () => send?.('SIGKILL'),
    async stop() {
      stopping = true;
      send?.('SIGTERM');
      await running;
    },
  };
}

export interface SoakLoad {
  committed(): number;
  /** One transaction of some 20 MB. */
  large(): Promise<void>;
  /** Answers how many rows were told to be committed. */
  stop(): Promise<number>;
}

/** Many small transactions, over as many connections; it goes on after the server was away. Needs `soak.t (n, writer, pad)`. */
export function startSoakLoad(
  server: TestServer,
  { writers, perSecond }: { writers: number; perSecond: number },
): SoakLoad {
  let open = true;
  let committed = 0;
  const write = async (writer: number) => {
    let connection: Connection | undefined;
    while (open) {
      const next = Date.now() + (1000 * writers) / perSecond;
      try {
        connection ??= await server.connect();
        await connection.query('INSERT INTO soak.t (writer, pad) VALUES (?, ?)', [
          writer,
          randomBytes(100 + (writer % 5) * 60),
        ]);
        committed += 1;
      } catch {
        connection?.destroy();
        connection = undefined;
        await sleep(250);
      }
      await sleep(Math.max(0, next - Date.now()));
    }
    connection?.destroy();
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    committed: () => committed,
    async large() {
      const connection = await server.connect();
      const rows = 'SELECT 99, RANDOM_BYTES(400) FROM soak.t a JOIN (SELECT n FROM soak.t LIMIT 100) b LIMIT 50000';
      const [result] = await connection.query<ResultSetHeader>(`INSERT INTO soak.t (writer, pad) ${rows}`);
      committed += result.affectedRows;
      connection.destroy();
    },
    async stop() {
      open = false;
      await running;
      return committed;
    },
  };
}

/** Looks every second how old the recovery point is, as whoever asks the state is told. */
export function watchRecoveryPoint(statePath: string, quietAfterMilliseconds: number) {
  const state = openState({ path: statePath });
  const looks: { at: number; age: number }[] = [];
  const disturbances: { from: number; to: number }[] = [];
  const heldAt = () => {
    const note = state.notes.get(standingNote('alumni'));
    const held = note === undefined ? null : (standingSchema.safeParse(JSON.parse(note)).data?.heldAllAt ?? null);
    return held === null ? 0 : Date.parse(held);
  };
  const timer = setInterval(() => looks.push({ at: Date.now(), age: Date.now() - heldAt() }), 1_000);
  return {
    /** Whatever is measured from its beginning until a while after its end does not count. */
    async disturbance<Result>(act: () => Promise<Result> | Result): Promise<Result> {
      const disturbance = { from: Date.now(), to: Number.MAX_SAFE_INTEGER };
      disturbances.push(disturbance);
      const result = await act();
      disturbance.to = Date.now() + quietAfterMilliseconds;
      return result;
    },
    /** Until the bot has shipped anything at all. */
    async begun(): Promise<void> {
      while (heldAt() === 0) await sleep(100);
    },
    async caughtUp(): Promise<void> {
      for (const now = Date.now(); heldAt() < now; await sleep(500));
    },
    /** Milliseconds, ascending. */
    quietAges(): number[] {
      const quiet = looks.filter(({ at }) => !disturbances.some(({ from, to }) => at >= from && at <= to));
      return quiet.map(({ age }) => age).sort((a, b) => a - b);
    },
    close() {
      clearInterval(timer);
      state.close();
    },
  };
}

export function percentile(ascending: readonly number[], fraction: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * fraction))] ?? Number.POSITIVE_INFINITY;
}

import type { SocketModeClient } from '@slack/socket-mode';
import type { Log } from '../../ports/log.ts';

export interface Connection {
  isConnected(): boolean;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Longer than the Web client takes to give up by itself, so that no two attempts overlap. */
const helloWithin = 30_000;
const longestPause = 30_000;

/**
 * Keeps one Socket Mode connection open from now on: returns at once, connects in the background and goes on trying for as long as it takes.
 *
 * The client's own reconnecting is off. It waits for `clientPingTimeout` before it follows Slack's request to reconnect, deaf all the while,
 * and what fails inside it rejects a promise that nobody holds, which ends the process.
 */
export function keepConnected(client: SocketModeClient, onConnected: () => Promise<void>, log: Log): Connection {
  let stopped = false;
  let connected = false;
  let failures = 0;
  let wake = (): void => {};
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => undefined);

  client.on('disconnected', () => {
    if (!connected) return;
    connected = false;
    wake();
  });

  const running = run();

  async function run(): Promise<void> {
    while (!stopped) {
      if (await connect()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          // It may have gone again before anybody listened.
          if (stopped || !connected) resolve();
        });
        continue;
      }
      await pause(Math.min(longestPause, 500 * 2 ** failures));
    }
  }

  async function connect(): Promise<boolean> {
    try {
      await within(helloWithin, Promise.race([start(), stopping.promise]));
      connected = true;
      if (failures > 0) log.info({}, 'Slack is connected again');
      failures = 0;
      onConnected().catch((error: unknown) => log.warn({ err: error }, 'Slack is connected, but does not answer yet'));
      return true;
    } catch (error) {
      failures = Math.min(failures + 1, 10);
      if (stopped) return false;
      if (failures === 1) {
        log.warn({ err: error }, 'Slack is out of reach; everything else goes on, and so does trying');
      }
      await hangUp();
      return false;
    }
  }

  /** An attempt that outlives its patience must not leave a connection that nobody holds. */
  async function start(): Promise<void> {
    await client.start();
    if (stopped) await hangUp();
  }

  /** Leaves nothing behind of an attempt that got half-way. */
  async function hangUp(): Promise<void> {
    await within(2_000, Promise.resolve(client.disconnect())).catch(() => undefined);
  }

  async function pause(milliseconds: number): Promise<void> {
    if (stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    isConnected: () => connected,
    async stop() {
      stopped = true;
      stopping.reject(new Error('stopped'));
      wake();
      await hangUp();
      await within(3_000, running).catch(() => undefined);
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

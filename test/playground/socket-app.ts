import { WebSocket } from 'ws';
import type { Playground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';

export interface Envelope {
  type: string;
  envelope_id: string;
  reason?: string;
  num_connections?: number;
  retry_attempt?: number;
  retry_reason?: string;
  payload: {
    command?: string;
    response_url?: string;
    trigger_id?: string;
    event_id?: string;
    event?: { type: string };
  };
}

/** One bare Socket Mode connection that does nothing by itself, to be a badly behaved app with. */
export interface SocketApp {
  /** The next envelope, in order, whether it came already or is still to come. */
  next(): Promise<Envelope>;
  acknowledge(envelope: Envelope, payload?: object): Promise<void>;
  /** Resolves when the playground has closed the connection. */
  closed: Promise<void>;
  close(): void;
}

export async function socketApp(playground: Playground): Promise<SocketApp> {
  const { url } = await callApi(playground, 'apps.connections.open');
  const socket = new WebSocket(url ?? '');
  const arrived: Envelope[] = [];
  const waiting: ((envelope: Envelope) => void)[] = [];
  socket.on('message', (data) => {
    const envelope = JSON.parse(String(data)) as Envelope;
    const take = waiting.shift();
    if (take) take(envelope);
    else arrived.push(envelope);
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    next: () => {
      const first = arrived.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
    async acknowledge({ envelope_id }, payload = {}) {
      socket.send(JSON.stringify({ envelope_id, payload }));
      // A pong says that the playground has read all that came before.
      const read = new Promise((resolve) => socket.once('pong', resolve));
      socket.ping();
      await read;
    },
    closed,
    close: () => socket.close(),
  };
}

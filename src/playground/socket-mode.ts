import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { acknowledgeWithin, type Delivery, type Parcel } from './delivery.ts';
import { app, type Workspace } from './workspace.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

const mostConnections = 10;
const ticketLives = 30_000;
/** How long a connection that was told to go may still stay. */
const graceOfDisconnect = 10_000;
const pingEvery = 10_000;

const acknowledgement = z.looseObject({
  envelope_id: z.string(),
  payload: z.record(z.string(), z.unknown()).optional(),
});

/** Slack's end of Socket Mode: envelopes out over any open connection, acknowledgements in over any. */
export function createSocketMode(clock: Clock, workspace: Workspace) {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  /** In the order in which they will be used next. */
  const open: WebSocket[] = [];
  const awaited = new Map<string, (payload: Record<string, unknown>) => void>();
  const late = new Map<string, string>();
  const waitingForConnection = new Set<() => void>();

  let off = !workspace.manifest.settings.socket_mode_enabled;

  const countChanged = () => workspace.tell({ kind: 'line', line: { kind: 'socket-mode', connections: open.length } });
  const leave = (socket: WebSocket) => {
    if (!open.includes(socket)) return;
    open.splice(open.indexOf(socket), 1);
    countChanged();
  };
  const sayGoodbye = (socket: WebSocket, reason: string) => {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-playground' } }));
  };

  function welcome(socket: WebSocket): void {
    const pings = setInterval(() => socket.ping('Ping from playground'), pingEvery).unref();
    socket.on('close', () => {
      clearInterval(pings);
      leave(socket);
    });
    socket.on('error', () => socket.terminate());
    if (open.length >= mostConnections) {
      sayGoodbye(socket, 'too_many_websockets');
      socket.close();
      return;
    }
    if (off) {
      sayGoodbye(socket, 'link_disabled');
      socket.close();
      return;
    }
    socket.on('message', (data) => hear(String(data)));
    open.push(socket);
    const debug = { host: 'applink-playground', build_number: 1, approximate_connection_time: 18_060 };
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.length,
        debug_info: debug,
        connection_info: { app_id: app.id },
      }),
    );
    countChanged();
    for (const resume of [...waitingForConnection]) resume();
  }

  function hear(data: string): void {
    const heard = acknowledgement.safeParse(JSON.parse(data));
    if (!heard.success) {
      workspace.notice('ack', 'invalid_acknowledgement', data.slice(0, 200));
      return;
    }
    const { envelope_id: id, payload = {} } = heard.data;
    const settle = awaited.get(id);
    const lateFor = late.get(id);
    if (settle) settle(payload);
    else if (lateFor) {
      workspace.notice('ack', 'late_acknowledgement', `${lateFor}: acknowledged after more than 3 s, and so ignored`);
    } else workspace.notice('ack', 'unknown_envelope', `nothing waits for ${id}; acknowledged twice?`);
    late.delete(id);
  }

  function send(socket: WebSocket, envelope: Record<string, unknown>): void {
    open.splice(open.indexOf(socket), 1);
    open.push(socket);
    socket.send(JSON.stringify(envelope));
  }

  /** Tells every connection to go, as Slack does when it moves or a connection grows old. */
  function disconnect(reason: DisconnectReason): void {
    for (const socket of [...open]) {
      sayGoodbye(socket, reason);
      leave(socket);
      if (reason === 'link_disabled') socket.close();
      else clock.after(graceOfDisconnect, () => socket.close());
    }
  }

  return {
    connections: () => open.length,

    /** A URL that opens one connection, once, within half a minute. */
    newUrl(base: string): string {
      const ticket = randomUUID();
      tickets.set(ticket, clock.now());
      return `${base.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${app.id}`;
    },

    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const ticket = new URL(request.url ?? '', 'http://playground').searchParams.get('ticket') ?? '';
      const issued = tickets.get(ticket);
      tickets.delete(ticket);
      if (issued === undefined || clock.now() - issued > ticketLives) {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },

    deliver(parcel: Parcel): Promise<Delivery> {
      const id = randomUUID();
      return new Promise((resolve) => {
        let sent = false;
        const settle = (delivery: Delivery) => {
          cancel();
          awaited.delete(id);
          waitingForConnection.delete(attempt);
          resolve(delivery);
        };
        const attempt = () => {
          const socket = open.find((it) => it.readyState === WebSocket.OPEN);
          if (sent || !socket) return;
          sent = true;
          send(socket, { envelope_id: id, ...envelopeOf(parcel) });
        };
        const cancel = clock.after(acknowledgeWithin, () => {
          if (sent) late.set(id, parcel.what);
          settle({ kind: sent ? 'timed-out' : 'unreachable' });
        });
        awaited.set(id, (payload) => settle({ kind: 'acknowledged', payload }));
        waitingForConnection.add(attempt);
        attempt();
      });
    },

    disconnect,

    /** Somebody turned it off in the app's settings. */
    switchOff(): void {
      off = true;
      disconnect('link_disabled');
    },

    /** Cuts every connection without a word, as a broken network does. */
    cut(): void {
      for (const socket of [...open]) socket.terminate();
    },

    /** Says goodbye properly; whoever does not answer within a second is cut off. */
    async close(): Promise<void> {
      const leaving = [...server.clients].map(async (client) => {
        const closed = once(client, 'close');
        const impatience = setTimeout(() => client.terminate(), 1_000);
        client.close(1001);
        await closed;
        clearTimeout(impatience);
      });
      await Promise.all(leaving);
      server.close();
    },
  };
}

export type SocketMode = ReturnType<typeof createSocketMode>;

function envelopeOf(parcel: Parcel): Record<string, unknown> {
  const { payload } = parcel;
  switch (parcel.kind) {
    case 'command':
      return { type: 'slash_commands', accepts_response_payload: true, payload };
    case 'interaction':
      return { type: 'interactive', accepts_response_payload: parcel.answerable ?? false, payload };
    case 'event': {
      const { number = 0 } = parcel.retry ?? {};
      const retry = { retry_attempt: number, retry_reason: number === 0 ? '' : 'timeout' };
      return { type: 'events_api', accepts_response_payload: false, ...retry, payload };
    }
    default:
      return parcel satisfies never;
  }
}

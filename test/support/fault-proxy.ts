import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What happens to a request instead of its answer. */
export type Fault =
  /** Taken and never answered. */
  | { readonly kind: 'hang' }
  /** The connection is reset at once. */
  | { readonly kind: 'reset' }
  /** Answered like this, with the error's code in S3's XML, or in the JSON of AWS's other services. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly as?: 'xml' | 'json';
    }
  /** The connection is reset after so many bytes of the request's body. */
  | { readonly kind: 'cut-request'; readonly after: number }
  /** The connection ends after so many bytes of the answer's body, all of which arrive: a reset might overtake them. */
  | { readonly kind: 'cut-answer'; readonly after: number }
  /** So many bytes of the answer's body come, then nothing. */
  | { readonly kind: 'stall-answer'; readonly after: number }
  /** The answer comes in small pieces. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly everyMs: number }
  /** The server does what it is asked, and nobody hears of it. */
  | { readonly kind: 'lose-answer' }
  /** A byte of the answer's body is changed. */
  | { readonly kind: 'flip'; readonly at: number };

export interface SeenRequest {
  readonly method: string;
  /** With its query, without host. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultProxy {
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
  /** The next `times` requests that match meet the fault. */
  meet(matches: (request: SeenRequest) => boolean, fault: Fault, times?: number): void;
  /** Whatever has not happened yet no longer will. */
  calm(): void;
  stop(): Promise<void>;
}

/** An HTTP proxy on 127.0.0.1 that hands on to `target` whatever no fault was arranged for. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  let rules: { matches: (request: SeenRequest) => boolean; fault: Fault; left: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, answer) => {
    const asked: SeenRequest = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    seen.push(asked);
    const rule = rules.find(({ matches, left }) => left > 0 && matches(asked));
    if (rule) rule.left -= 1;
    handle(target, incoming, answer, rule?.fault);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    meet(matches, fault, times = 1) {
      rules.push({ matches, fault, left: times });
    },
    calm() {
      rules = [];
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function handle(target: string, incoming: IncomingMessage, answer: ServerResponse, fault: Fault | undefined): void {
  if (fault?.kind === 'hang') return void incoming.resume();
  if (fault?.kind === 'reset') return void reset(answer);
  if (fault?.kind === 'answer') {
    incoming.resume().on('end', () => {
      const { status, code, message = code } = fault;
      if (fault.as === 'json') {
        answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        return void answer.end(JSON.stringify({ __type: code, message }));
      }
      answer.writeHead(status, { 'content-type': 'application/xml' });
      answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    });
    return;
  }
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = incoming;
  const onwards = request({ hostname, port, method, path, headers }, (given) => {
    if (fault?.kind === 'lose-answer') return void given.resume().on('end', () => reset(answer));
    answer.writeHead(given.statusCode ?? 502, given.headers);
    void passOn(given, answer, fault).catch(() => reset(answer));
  });
  onwards.on('error', () => reset(answer));
  answer.on('close', () => {
    if (!answer.writableFinished) onwards.destroy();
  });
  let taken = 0;
  incoming.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    if (fault?.kind === 'cut-request' && taken >= fault.after) {
      onwards.destroy();
      reset(answer);
    }
  });
  incoming.pipe(onwards);
}

async function passOn(given: IncomingMessage, answer: ServerResponse, fault: Fault | undefined): Promise<void> {
  let sent = 0;
  const write = async (chunk: Uint8Array) => {
    sent += chunk.length;
    if (!answer.write(chunk) && !answer.destroyed) await once(answer, 'drain', { signal: gone.signal });
  };
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  answer.flushHeaders();
  for await (const chunk of given as AsyncIterable<Buffer>) {
    if (answer.destroyed) return;
    if ((fault?.kind === 'cut-answer' || fault?.kind === 'stall-answer') && sent + chunk.length >= fault.after) {
      await write(chunk.subarray(0, fault.after - sent));
      if (fault.kind === 'stall-answer') return;
      return void answer.socket?.destroySoon();
    }
    if (fault?.kind === 'flip' && fault.at >= sent && fault.at < sent + chunk.length) {
      chunk.writeUInt8(chunk.readUInt8(fault.at - sent) ^ 1, fault.at - sent);
    }
    if (fault?.kind !== 'trickle') await write(chunk);
    else {
      for (let at = 0; at < chunk.length; at += fault.bytes) {
        await write(chunk.subarray(at, at + fault.bytes));
        await new Promise((resolve) => setTimeout(resolve, fault.everyMs));
      }
    }
  }
  answer.end();
}

function reset(answer: ServerResponse): void {
  answer.socket?.resetAndDestroy();
}

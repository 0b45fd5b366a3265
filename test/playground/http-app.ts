import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackRequest {
  headers: IncomingHttpHeaders;
  /** As it came, letter by letter. */
  body: string;
  answer(status: number, body?: object | string, headers?: Record<string, string>): Promise<void>;
}

/** A bare app on HTTP that does nothing by itself but give the challenge back, to be a badly behaved app with. */
export interface HttpApp {
  url: string;
  /** The next request, in order, whether it came already or is still to come. */
  next(): Promise<SlackRequest>;
  /** How many came that nobody asked for yet. */
  waiting(): number;
  close(): Promise<void>;
}

export async function httpApp(): Promise<HttpApp> {
  const arrived: SlackRequest[] = [];
  const asking: ((request: SlackRequest) => void)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isHandshake = body.includes('url_verification');
    if (isHandshake) return response.end((JSON.parse(body) as { challenge: string }).challenge);
    const one: SlackRequest = {
      headers: request.headers,
      body,
      async answer(status, answer = '', headers = {}) {
        const json = typeof answer === 'object';
        response.writeHead(status, { ...(json && { 'content-type': 'application/json' }), ...headers });
        response.end(json ? JSON.stringify(answer) : answer);
        await once(response, 'close');
      },
    };
    const take = asking.shift();
    if (take) take(one);
    else arrived.push(one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    next() {
      const first = arrived.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => asking.push(resolve));
    },
    waiting: () => arrived.length,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

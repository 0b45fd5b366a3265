import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Log } from '../../ports/log.ts';
import { explainListenFault } from './explain-listen-fault.ts';
import type { Line } from './line.ts';
import { type HttpTransport, requestPath } from './settings.ts';

/** Slack sends a few kilobytes at once: whoever takes longer or sends more is not Slack. */
const requestWithin = 10_000;
const mostBytes = 1_000_000;
/** How long a stop waits for requests that are under way. */
const lastAnswers = 1_000;
const warnEvery = 3_600_000;

/**
 * Slack over HTTP: signed requests to one path, through a proxy that ends TLS. Bolt checks signature and age (five minutes) before anything is done.
 * The server is our own: Bolt's would close for good at the first connection that cannot be accepted, and nobody would hear of it.
 */
export function httpLine(
  { signingSecret, host, port }: HttpTransport,
  { logger, log, now }: { logger: Logger; log: Log; now: () => number },
): Line {
  const warn = seldom(log, now);
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: requestPath,
    bodyLimit: mostBytes,
    logger: { ...logger, warn: (...parts) => warn(`Refused a request: ${parts.map(String).join(' ')}. ${mend}`) },
  });
  const server = createServer({ requestTimeout: requestWithin }, (request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'POST' || path !== requestPath) {
      if (request.method === 'POST') warn(`Nothing is here but ${requestPath}: every request URL of the app ends so`);
      response.writeHead(404).end();
      return;
    }
    receiver.requestListener(request, response);
  });
  return {
    receiver,
    async open(onConnected) {
      try {
        await once(server.listen({ host, port }), 'listening');
      } catch (error) {
        throw explainListenFault(error, { host, port });
      }
      server.on('error', (error) => log.error({ err: error }, 'A request of Slack could not be accepted'));
      log.info({ host, port }, 'Listening for Slack');
      onConnected().catch((error: unknown) => log.warn({ err: error }, 'Slack does not answer yet'));
      return { isConnected: () => server.listening, stop: () => close(server) };
    },
  };
}

const mend = 'If it was Slack: compare slack.signingSecret with Basic Information in the app, and look at the clock.';

/** Warns of each thing once an hour: whoever can reach the port can cause it. */
function seldom(log: Log, now: () => number): (words: string) => void {
  const warned = new Map<string, number>();
  return (words) => {
    const last = warned.get(words);
    if (last !== undefined && now() - last < warnEvery) return;
    warned.set(words, now());
    log.warn({}, words);
  };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const impatience = setTimeout(() => server.closeAllConnections(), lastAnswers);
  await closed;
  clearTimeout(impatience);
}

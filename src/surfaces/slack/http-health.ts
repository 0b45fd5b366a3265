import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Check } from '../../domain/check.ts';
import { explainListenFault } from './explain-listen-fault.ts';
import { type HttpTransport, requestPath } from './settings.ts';

const subject = { id: 'slack.http', subject: 'slack' } as const;

/**
 * Doctor's look at the way in over HTTP, as far as it can be seen from this machine: the running bot must take what is signed with this secret; where
 * none runs, its port must be free. Never fails.
 */
export async function checkHttp(transport: HttpTransport): Promise<Check> {
  const place = `${transport.host}:${transport.port}`;
  const answer = await knock(transport);
  if (answer === undefined) return checkPort(transport);
  if (answer === 'echo') {
    return { ...subject, state: 'good', finding: `the running bot answers at ${place}, and to this signing secret` };
  }
  if (answer === 401) {
    const mend =
      'Restart the bot, so that it reads slack.signingSecret anew; compare the clocks where it runs elsewhere.';
    return bad(`the bot at ${place} refuses what is signed with this signing secret`, mend);
  }
  return bad(
    `another program answers at ${place} (HTTP ${answer})`,
    'End it, or choose another slack.port and tell the proxy.',
  );
}

/** Asks as Slack does when a request URL is saved; the status of an answer that is not the echo which a bot gives. */
async function knock({ host, port, signingSecret }: HttpTransport): Promise<'echo' | number | undefined> {
  const challenge = randomUUID();
  const body = JSON.stringify({ type: 'url_verification', challenge });
  try {
    const response = await fetch(`http://${reachable(host)}:${port}${requestPath}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signed(body, signingSecret) },
      signal: AbortSignal.timeout(3_000),
    });
    return (await response.text()).includes(challenge) ? 'echo' : response.status;
  } catch {
    return undefined;
  }
}

/** Nobody answers there; could the bot? */
async function checkPort({ host, port }: HttpTransport): Promise<Check> {
  const server = createServer();
  try {
    await once(server.listen({ host, port }), 'listening');
    return { ...subject, state: 'good', finding: `${host}:${port} is free for the bot, which is not running` };
  } catch (error) {
    const { message, hint } = explainListenFault(error, { host, port });
    return bad(message, hint);
  } finally {
    server.close();
  }
}

function signed(body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

/** Who listens at all addresses is reached at this machine's own. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function bad(finding: string, mend: string): Check {
  return { ...subject, state: 'bad', finding, mend };
}

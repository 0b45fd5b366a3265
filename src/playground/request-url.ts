import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import { acknowledgeWithin, type Carrier, type Delivery, type Parcel, type Undelivered } from './delivery.ts';
import type { FaultControls } from './faults.ts';
import type { Workspace } from './workspace.ts';

/** Slack's end of an app on HTTP: signed requests to its one URL. */
export interface RequestUrl extends Carrier {
  saved(): string | undefined;
  /** The `url_verification` handshake. Rejects when the URL does not give the challenge back. */
  verify(url: string): Promise<void>;
  save(url: string): void;
  /** Gives up what is under way. */
  close(): void;
}

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

export function createRequestUrl(parts: {
  clock: Clock;
  workspace: Workspace;
  faults: FaultControls;
  signingSecret: string;
}): RequestUrl {
  const { clock, workspace, faults, signingSecret } = parts;
  const closing = new AbortController();
  let saved: string | undefined;

  async function send(url: string, body: string, headers: Record<string, string>): Promise<Delivery> {
    const tampering = faults.tampering();
    const secret = tampering === 'wrong-secret' ? `not ${signingSecret}` : signingSecret;
    const signed = { ...headers, ...signatureOf(body, secret, tampering === 'stale' ? 6 * 60 : 0) };
    const delivery = await post(url, body, signed);
    if (tampering === 'replayed') await post(url, body, signed);
    return tampering === 'answer-lost' ? { kind: 'timed-out' } : delivery;
  }

  async function post(url: string, body: string, headers: Record<string, string>): Promise<Delivery> {
    const timer = new AbortController();
    const cancel = clock.after(acknowledgeWithin, () => timer.abort());
    const signal = AbortSignal.any([timer.signal, closing.signal]);
    try {
      const response = await fetch(url, { method: 'POST', redirect: 'manual', signal, body, headers });
      const answer = await response.text();
      if (response.ok) return { kind: 'acknowledged', payload: payloadOf(answer, response.headers) };
      const again = response.headers.get('x-slack-no-retry') !== '1';
      return { kind: 'rejected', status: response.status, again };
    } catch {
      return { kind: timer.signal.aborted ? 'timed-out' : 'unreachable' };
    } finally {
      cancel();
    }
  }

  return {
    saved: () => saved,
    async verify(url) {
      const challenge = randomBytes(24).toString('base64url');
      const body = JSON.stringify({ token: 'playground', challenge, type: 'url_verification' });
      const answer = await send(url, body, headersFor(jsonType));
      const echoed =
        answer.kind === 'acknowledged' && [answer.payload.challenge, answer.payload.text].includes(challenge);
      if (!echoed) throw new Error("Your URL didn't respond with the value of the `challenge` parameter.");
    },
    save(url) {
      saved = url;
      workspace.tell({ kind: 'line', line: { kind: 'http', url } });
    },
    async deliver(parcel) {
      const { api } = faults.state;
      if (saved === undefined || api === 'refusing' || api === 'hanging') return { kind: 'unreachable' };
      return send(saved, ...written(parcel));
    },
    close: () => closing.abort(),
  };
}

/** Dated by the wall's clock: an app compares with its own, whatever clock a test moves. */
function signatureOf(body: string, secret: string, secondsOld: number): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsOld);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

/** A parcel as the body and headers of Slack's request. */
function written(parcel: Parcel): [body: string, headers: Record<string, string>] {
  switch (parcel.kind) {
    case 'command':
      return [String(new URLSearchParams(parcel.payload)), headersFor(formType)];
    case 'interaction':
      return [String(new URLSearchParams({ payload: JSON.stringify(parcel.payload) })), headersFor(formType)];
    case 'event': {
      const { payload, retry } = parcel;
      const again = retry && {
        'x-slack-retry-num': String(retry.number),
        'x-slack-retry-reason': reasons[retry.after.kind],
      };
      return [JSON.stringify(payload), { ...headersFor(jsonType), ...again }];
    }
    default:
      return parcel satisfies never;
  }
}

const reasons: Record<Undelivered['kind'], string> = {
  'timed-out': 'http_timeout',
  unreachable: 'connection_failed',
  rejected: 'http_error',
};

const headersFor = (contentType: string): Record<string, string> => ({
  'content-type': contentType,
  accept: 'application/json,*/*',
  'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
  // An app that was restarted must not be sent to through a connection of before.
  connection: 'close',
});

/** A body in JSON is a payload, any other is a text to show. */
function payloadOf(body: string, headers: Headers): Record<string, unknown> {
  if (body === '') return {};
  if (!headers.get('content-type')?.startsWith(jsonType)) return { text: body };
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

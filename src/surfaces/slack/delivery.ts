import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Log } from '../../ports/log.ts';
import type { Message } from './blocks/message.ts';

/** What became of one attempt to show something. Nothing is queued: whoever is told `later` comes back with what is true then. */
export type Delivered =
  /** The `ts` of the message, or of the thread that a file went into. */
  | { kind: 'sent'; ts: string }
  /** Slack is unreachable or wants a pause, until this moment in milliseconds since 1970. */
  | { kind: 'later'; until: number }
  /** The message to be replaced is no more, or may not be replaced. */
  | { kind: 'gone' }
  /** Slack will not have it: not in the channel, token revoked … */
  | { kind: 'refused'; error: string };

export interface Delivery {
  post(channel: string, message: Message, options?: { threadTs?: string; broadcast?: boolean }): Promise<Delivered>;
  update(channel: string, ts: string, message: Message): Promise<Delivered>;
  /** Puts a file into a thread. */
  upload(channel: string, threadTs: string, file: TextFile): Promise<Delivered>;
}

export interface TextFile {
  readonly name: string;
  readonly title: string;
  /** The words that it is posted with, as mrkdwn. */
  readonly comment: string;
  readonly content: string;
}

/** Posts and replaces messages at Slack's pace. `client` must reject rate-limited calls, so that a Retry-After stops only what it is about. */
export function createDelivery(client: WebClient, now: () => number, log: Log): Delivery {
  const pausedUntil = new Map<string, number>();
  let failures = 0;

  async function attempt(gate: string, call: () => Promise<object>): Promise<Delivered> {
    const until = Math.max(pausedUntil.get(gate) ?? 0, pausedUntil.get('network') ?? 0);
    if (now() < until) return { kind: 'later', until };
    try {
      const answer = await call();
      failures = 0;
      return { kind: 'sent', ts: String(Reflect.get(answer, 'ts')) };
    } catch (error) {
      return explain(gate, error);
    }
  }

  function explain(gate: string, error: unknown): Delivered {
    if (error instanceof WebAPIRateLimitedError) return pause(gate, error.retryAfter * 1000);
    if (error instanceof WebAPIPlatformError) {
      const code = error.data.error;
      if (gone.has(code)) return { kind: 'gone' };
      if (code === 'ratelimited') return pause(gate, 5_000);
      return { kind: 'refused', error: code };
    }
    failures += 1;
    if (failures === 1) log.warn({ err: error }, 'Slack is out of reach; messages follow when it is back');
    return pause('network', Math.min(30_000, 1_000 * 2 ** failures));
  }

  function pause(gate: string, milliseconds: number): Delivered {
    const until = now() + milliseconds;
    pausedUntil.set(gate, until);
    return { kind: 'later', until };
  }

  /** Better a message without its looks than none. */
  async function plainly(delivered: Delivered, again: () => Promise<Delivered>): Promise<Delivered> {
    if (delivered.kind !== 'refused' || !malformed.has(delivered.error)) return delivered;
    log.error({ error: delivered.error }, 'Slack refused the blocks of a message; it goes out as text');
    return again();
  }

  return {
    async post(channel, { text, blocks }, { threadTs, broadcast } = {}) {
      const base = { channel, text, unfurl_links: false };
      const place = broadcast ? { reply_broadcast: true as const } : {};
      const where = threadTs === undefined ? base : { ...base, thread_ts: threadTs, ...place };
      const send = (content: object) =>
        attempt(`post ${channel}`, () => client.apiCall('chat.postMessage', { ...where, ...content }));
      return plainly(await send({ blocks }), () => send({}));
    },
    async update(channel, ts, { text, blocks }) {
      const send = (content: object) => attempt('update', () => client.chat.update({ channel, ts, text, ...content }));
      return plainly(await send({ blocks }), () => send({ blocks: [] }));
    },
    upload(channel, threadTs, { name, title, comment, content }) {
      const where = { channel_id: channel, thread_ts: threadTs };
      const file = { filename: name, title, initial_comment: comment, content };
      return attempt('upload', async () => {
        await client.files.uploadV2({ ...where, ...file });
        return { ts: threadTs };
      });
    },
  };
}

const gone = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found']);
const malformed = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

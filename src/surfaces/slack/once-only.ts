import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../../ports/log.ts';

/** Slack's last try comes after some six minutes; a caught request is too old after five. */
const rememberedFor = 3_600_000;

/**
 * What comes twice is acknowledged twice and done once: Slack sends an event again that it saw no acknowledgement of, and somebody who caught a
 * request could send it again as it is, signature and all. Events are known by their id, commands and clicks by their trigger.
 */
export function onceOnly(log: Log, now: () => number): Middleware<AnyMiddlewareArgs> {
  const heard = new Map<string, number>();
  return async ({ next, ...args }) => {
    const { event_id, trigger_id } = idsSchema.parse(args.body);
    const id = event_id ?? trigger_id;
    forgetBefore(now() - rememberedFor);
    if (id === undefined || !heard.has(id)) {
      if (id !== undefined) heard.set(id, now());
      return next();
    }
    log.info({ id }, 'Heard again from Slack, and not done again');
    // Bolt itself has acknowledged events.
    if ('ack' in args && args.ack) await args.ack();
  };

  function forgetBefore(moment: number): void {
    for (const [id, at] of heard) {
      if (at > moment) return;
      heard.delete(id);
    }
  }
}

const idsSchema = z.object({ event_id: z.string().optional(), trigger_id: z.string().optional() });

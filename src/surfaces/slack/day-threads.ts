import type { Job } from '../../domain/job.ts';
import type { World } from '../../operations/world.ts';
import { dailyGlanceMessage } from './blocks/daily-glance.ts';
import type { Message } from './blocks/message.ts';
import type { Channels } from './channels.ts';
import type { Delivered, Delivery } from './delivery.ts';
import { createJobNotes } from './job-notes.ts';
import type { Operations } from './operations.ts';

/** One thread for each channel and UTC day: scheduled work stands in it, its head is the daily glance. */
export interface DayThreads {
  /** The head's `ts`, posted where there is none yet; otherwise why not. */
  headFor(channel: string, at: Date): Promise<Delivered | string>;
  /** A job came to its end: the glance of its day is to be redrawn. */
  changed(job: Job): void;
  /** The head was deleted. */
  forget(channel: string, at: Date): void;
  /** Redraws what changed, as far as Slack lets it. */
  tick(): Promise<void>;
}

export function createDayThreads(parts: {
  world: World;
  operations: Pick<Operations, 'statusOf'>;
  delivery: Delivery;
  channels: Channels;
}): DayThreads {
  const { world, operations, delivery, channels } = parts;
  const notes = createJobNotes(world.state.notes);
  const stale = new Map<string, { channel: string; day: string; notBefore: number }>();

  function view(channel: string, day: string): Message {
    const now = world.clock.now();
    const here = channels.sourcesAt(channel);
    const jobs = here
      .flatMap((source) => world.state.jobs.list({ source, limit: 50 }))
      .filter((job) => dayOf(job.startedAt) === day)
      .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
    const entries = here.flatMap((source) => world.state.catalog.list({ source, limit: 50 }));
    return dailyGlanceMessage({
      day,
      sources: here.map((source) => operations.statusOf(world, source, now)),
      jobs,
      entries: new Map(entries.map((entry) => [entry.id, entry])),
    });
  }

  return {
    async headFor(channel, at) {
      const day = dayOf(at);
      const known = notes.dayHead(channel, day);
      if (known !== undefined) return known;
      const sent = await delivery.post(channel, view(channel, day));
      if (sent.kind !== 'sent') return sent;
      notes.rememberDayHead(channel, day, sent.ts);
      return sent.ts;
    },

    changed(job) {
      const { id } = channels.homeOf(job.source);
      const day = dayOf(job.startedAt);
      if (id === undefined || notes.dayHead(id, day) === undefined) return;
      stale.set(`${id} ${day}`, { channel: id, day, notBefore: 0 });
    },

    forget: (channel, at) => notes.forgetDayHead(channel, dayOf(at)),

    async tick() {
      for (const [key, head] of stale) {
        if (world.clock.now().getTime() < head.notBefore) continue;
        const ts = notes.dayHead(head.channel, head.day);
        const sent =
          ts === undefined ? undefined : await delivery.update(head.channel, ts, view(head.channel, head.day));
        if (sent?.kind === 'later') {
          head.notBefore = sent.until;
          continue;
        }
        stale.delete(key);
        if (sent?.kind === 'gone') notes.forgetDayHead(head.channel, head.day);
      }
    },
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

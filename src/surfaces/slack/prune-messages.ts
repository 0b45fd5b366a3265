import { type PruneReport, pruneNote, readPruneReports } from '../../domain/retention/prune-report.ts';
import type { World } from '../../operations/world.ts';
import { prunedMessage } from './blocks/prune.ts';
import type { Channels } from './channels.ts';
import type { DayThreads } from './day-threads.ts';
import type { Delivered, Delivery } from './delivery.ts';

export interface PruneMessages {
  /** Shows what was pruned since the last look, by whomever, as far as Slack lets it. */
  tick(): Promise<void>;
}

/** What was pruned before the bot first looked is news for so long. */
const newsFor = 24 * 60 * 60_000;
/** What Slack refuses for a reason that people must mend is tried again this often. */
const refusedPause = 30_000;

/** Shows the reports of `prune` from where it leaves them: in the thread of their day, and in the channel itself where something stood in the way. */
export function createPruneMessages(parts: {
  world: World;
  delivery: Delivery;
  channels: Channels;
  days: Pick<DayThreads, 'headFor' | 'forget'>;
}): PruneMessages {
  const { world, delivery, channels, days } = parts;
  const { notes } = world.state;
  /** By source, milliseconds since 1970. */
  const notBefore = new Map<string, number>();

  async function show(report: PruneReport, channel: string): Promise<Delivered> {
    const at = new Date(report.at);
    if (report.obstacles.length > 0) return delivery.post(channel, prunedMessage(report));
    const head = await days.headFor(channel, at);
    if (typeof head !== 'string') return head;
    const sent = await delivery.post(channel, prunedMessage(report), { threadTs: head });
    if (sent.kind === 'gone') days.forget(channel, at);
    return sent;
  }

  async function tell(source: string): Promise<void> {
    const shown = notes.get(shownNote(source));
    const now = world.clock.now().getTime();
    const since = shown === undefined ? now - newsFor : Date.parse(shown);
    const { id: channel } = channels.homeOf(source);
    for (const report of readPruneReports(notes.get(pruneNote(source)))) {
      if (Date.parse(report.at) <= since) continue;
      if (channel === undefined || now < (notBefore.get(source) ?? 0)) return;
      const sent = await show(report, channel);
      if (sent.kind !== 'sent') {
        notBefore.set(source, sent.kind === 'later' ? sent.until : now + refusedPause);
        return;
      }
      notes.set(shownNote(source), report.at);
    }
  }

  return {
    async tick() {
      for (const source of world.sources.keys()) await tell(source);
    },
  };
}

function shownNote(source: string): string {
  return `slack-prune:${source}`;
}

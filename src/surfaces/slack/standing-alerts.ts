import { z } from 'zod';
import { isBinlogWarning } from '../../domain/binlog/binlog-status.ts';
import type { SourceStatus } from '../../domain/status.ts';
import type { StatusWarning } from '../../domain/status-warning.ts';
import type { World } from '../../operations/world.ts';
import { type AlertSubject, answeredAlertMessage, standingAlertMessage } from './blocks/standing-alert.ts';
import type { Channels } from './channels.ts';
import type { Delivery } from './delivery.ts';
import type { Operations } from './operations.ts';

/**
 * Speaks up about what no job stands for, and takes the alarm back when it has passed: nothing later than some moment can be recovered, or
 * a copy has fallen behind.
 */
export interface StandingAlerts {
  tick(): Promise<void>;
}

/** One alert stands for a subject of a source at a time, whatever becomes of its cause meanwhile. */
const alertSchema = z.object({ channel: z.string(), ts: z.string(), code: z.string(), text: z.string() });

const subjects: Record<AlertSubject, (warning: StatusWarning) => boolean> = {
  binlogs: isBinlogWarning,
  copies: ({ code }) => code === 'copy-behind',
};

export function createStandingAlerts(parts: {
  world: World;
  operations: Pick<Operations, 'statusOf'>;
  delivery: Delivery;
  channels: Channels;
}): StandingAlerts {
  const { world, operations, delivery, channels } = parts;
  const { notes } = world.state;
  const notBefore = new Map<string, number>();

  async function look(status: SourceStatus, subject: AlertSubject, now: Date): Promise<void> {
    const { source } = status;
    const key = noteOf(subject, source);
    if (now.getTime() < (notBefore.get(key) ?? 0)) return;
    const warning = status.warnings.filter(subjects[subject]).find(({ severity }) => severity === 'critical');
    const note = notes.get(key);
    const standing = note === undefined ? undefined : alertSchema.safeParse(JSON.parse(note)).data;
    if (warning && standing?.code !== warning.code) await raise(warning);
    if (!warning && standing) await takeBack(standing);

    async function raise(raised: StatusWarning): Promise<void> {
      const channel = channels.homeOf(source).id;
      if (channel === undefined) return;
      const sent = await delivery.post(channel, standingAlertMessage(status, { subject, warning: raised, now }));
      if (sent.kind === 'later') notBefore.set(key, sent.until);
      if (sent.kind !== 'sent') return;
      notes.set(key, JSON.stringify({ channel, ts: sent.ts, code: raised.code, text: raised.text }));
    }

    async function takeBack({ channel, ts, text }: z.infer<typeof alertSchema>): Promise<void> {
      const sent = await delivery.update(channel, ts, answeredAlertMessage(status, { subject, what: text, now }));
      if (sent.kind === 'later') notBefore.set(key, sent.until);
      else notes.remove(key);
    }
  }

  return {
    async tick() {
      for (const source of world.sources.keys()) {
        const now = world.clock.now();
        try {
          const status = operations.statusOf(world, source, now);
          for (const subject of ['binlogs', 'copies'] as const) {
            await look(status, subject, now).catch((error) =>
              world.log.error({ source, err: error }, `The ${subject} want an alert that could not be shown`),
            );
          }
        } catch (error) {
          world.log.error({ source, err: error }, 'Could not look whether anything wants an alert');
        }
      }
    },
  };
}

function noteOf(subject: AlertSubject, source: string): string {
  return `slack-alert:${subject}:${source}`;
}

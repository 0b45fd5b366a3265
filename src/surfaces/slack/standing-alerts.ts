import { z } from 'zod';
import { type BinlogWarning, isBinlogWarning } from '../../domain/binlog/binlog-status.ts';
import type { World } from '../../operations/world.ts';
import { answeredBinlogAlertMessage, binlogAlertMessage } from './blocks/binlog-alert.ts';
import type { Channels } from './channels.ts';
import type { Delivery } from './delivery.ts';
import type { Operations } from './operations.ts';

/** Speaks up when nothing later than some moment can be recovered, and takes the alarm back when that has passed. No job stands for it. */
export interface BinlogAlerts {
  tick(): Promise<void>;
}

/** One alert stands for a source at a time, whatever becomes of its cause meanwhile. */
const alertSchema = z.object({ channel: z.string(), ts: z.string(), code: z.string(), text: z.string() });

export function createBinlogAlerts(parts: {
  world: World;
  operations: Pick<Operations, 'statusOf'>;
  delivery: Delivery;
  channels: Channels;
}): BinlogAlerts {
  const { world, operations, delivery, channels } = parts;
  const { notes } = world.state;
  const notBefore = new Map<string, number>();

  async function look(source: string): Promise<void> {
    const now = world.clock.now();
    if (now.getTime() < (notBefore.get(source) ?? 0)) return;
    const status = operations.statusOf(world, source, now);
    const warning = status.warnings.filter(isBinlogWarning).find(({ severity }) => severity === 'critical');
    const note = notes.get(noteOf(source));
    const standing = note === undefined ? undefined : alertSchema.safeParse(JSON.parse(note)).data;
    if (warning && standing?.code !== warning.code) await raise(source, warning);
    if (!warning && standing) await takeBack(source, standing);

    async function raise(name: string, raised: BinlogWarning): Promise<void> {
      const channel = channels.homeOf(name).id;
      if (channel === undefined) return;
      const sent = await delivery.post(channel, binlogAlertMessage(status, raised, now, now));
      if (sent.kind === 'later') notBefore.set(name, sent.until);
      if (sent.kind !== 'sent') return;
      notes.set(noteOf(name), JSON.stringify({ channel, ts: sent.ts, code: raised.code, text: raised.text }));
    }

    async function takeBack(name: string, { channel, ts, text }: z.infer<typeof alertSchema>): Promise<void> {
      const sent = await delivery.update(channel, ts, answeredBinlogAlertMessage(status, text, now));
      if (sent.kind === 'later') notBefore.set(name, sent.until);
      else notes.remove(noteOf(name));
    }
  }

  return {
    async tick() {
      for (const source of world.sources.keys()) {
        try {
          await look(source);
        } catch (error) {
          world.log.error({ source, err: error }, 'Could not look whether the binlogs want an alert');
        }
      }
    },
  };
}

function noteOf(source: string): string {
  return `slack-binlog-alert:${source}`;
}

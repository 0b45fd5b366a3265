import { z } from 'zod';
import type { StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { World } from '../../operations/world.ts';
import { recoveryMessage, recoveryNews } from './blocks/recovery.ts';
import type { Channels } from './channels.ts';
import type { Delivery } from './delivery.ts';
import { repliesFor } from './validation-replies.ts';

/** Shows every recovery as one card in its source's channel, whoever asked for it and wherever it runs. */
export interface RecoveryMessages {
  tick(): Promise<void>;
}

const shownSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  /** The revision that the card shows. */
  revision: z.int(),
  /** States that the requester and the stakeholders were told of. */
  told: z.array(z.string()),
});
type Shown = z.infer<typeof shownSchema>;

const refusedPause = 30_000;
/** Slack takes about one update a second. */
const updateEvery = 1_500;

/** News for the requester; the stakeholders hear of the beginning and the end. */
const newsForRequester = [
  'approved',
  'denied',
  'expired',
  'void',
  'succeeded',
  'failed',
  'interrupted',
  'cancelled',
  'given-up',
];
const newsForStakeholders = ['running', 'succeeded', 'failed', 'interrupted', 'given-up'];

export function createRecoveryMessages(parts: {
  world: World;
  delivery: Delivery;
  channels: Channels;
  /** Where to write to somebody, by the principal's name: a user id. */
  userOf(name: string): string | undefined;
  /** Channels and people who are told when a recovery begins and ends. */
  stakeholders: readonly string[];
}): RecoveryMessages {
  const { world, delivery, channels, userOf, stakeholders } = parts;
  const { notes, recoveries } = world.state;
  const notBefore = new Map<string, number>();
  let busy = false;

  async function show(recovery: StoredRecovery): Promise<boolean> {
    const { id, plan } = recovery;
    const now = world.clock.now();
    if (now.getTime() < (notBefore.get(id) ?? 0)) return false;
    const shown = readShown(id);
    if (shown && shown.revision >= recovery.revision) return tellNews(recovery, shown, now);
    const channel = channels.homeOf(plan.source).id;
    if (channel === undefined) return false;
    const card = recoveryMessage(recovery, now);
    const sent = shown ? await delivery.update(shown.channel, shown.ts, card) : await delivery.post(channel, card);
    if (sent.kind === 'gone') {
      // Somebody removed the card: the next look posts another.
      notes.remove(noteOf(id));
      return false;
    }
    if (sent.kind !== 'sent') {
      notBefore.set(id, sent.kind === 'later' ? sent.until : now.getTime() + refusedPause);
      return false;
    }
    notBefore.set(id, now.getTime() + updateEvery);
    const place: Shown = shown ?? { channel, ts: sent.ts, revision: 0, told: [] };
    const next = { ...place, revision: recovery.revision };
    notes.set(noteOf(id), JSON.stringify(next));
    return tellNews(recovery, next, now);
  }

  /** Each piece of news once, the checklist and the answers in the card's thread: what cannot be sent now is tried with the next look. */
  async function tellNews(recovery: StoredRecovery, shown: Shown, now: Date): Promise<boolean> {
    const news = recoveryNews(recovery, now, `The card is in <#${shown.channel}>.`);
    const { state, requested } = recovery;
    const requester = userOf(requested.by);
    const toWhom = new Set([
      ...(newsForRequester.includes(state) && requester !== undefined ? [requester] : []),
      ...(newsForStakeholders.includes(state) ? stakeholders.map((name) => userOf(name) ?? name) : []),
    ]);
    const wanted = [...toWhom].map((to) => ({ key: `${state}>${to}`, to }));
    const replies = recovery.validation ? repliesFor(recovery.plan.source, recovery.validation) : [];
    const letters = [
      ...wanted.map(({ key, to }) => ({ key, to, send: () => delivery.post(to, news) })),
      ...replies.map((reply, index) => ({
        key: `validation>${index}`,
        to: shown.channel,
        send: () =>
          'content' in reply
            ? delivery.upload(shown.channel, shown.ts, reply)
            : delivery.post(shown.channel, reply, { threadTs: shown.ts }),
      })),
    ];
    let told = shown.told;
    for (const { key, to, send } of letters) {
      if (told.includes(key)) continue;
      const sent = await send();
      if (sent.kind === 'later') {
        notBefore.set(recovery.id, sent.until);
        return false;
      }
      if (sent.kind === 'refused') world.log.warn({ to, error: sent.error }, 'News of a recovery could not be told');
      told = [...told, key];
      notes.set(noteOf(recovery.id), JSON.stringify({ ...shown, told }));
    }
    return true;
  }

  function readShown(id: string): Shown | undefined {
    const note = notes.get(noteOf(id));
    return note === undefined ? undefined : shownSchema.safeParse(JSON.parse(note)).data;
  }

  return {
    async tick() {
      if (busy) return;
      busy = true;
      try {
        let seen = Number(notes.get(seenNote) ?? 0);
        let allShown = true;
        for (const recovery of recoveries.changedSince(seen)) {
          // One that cannot be shown now stands in nobody's way; it is looked at again.
          allShown = (await show(recovery)) && allShown;
          if (!allShown) continue;
          seen = recovery.revision;
          notes.set(seenNote, String(seen), { lightly: true });
        }
      } catch (error) {
        world.log.error({ err: error }, 'A recovery could not be shown');
      } finally {
        busy = false;
      }
    },
  };
}

const seenNote = 'slack-recoveries-seen';

function noteOf(id: string): string {
  return `slack-recovery:${id}`;
}

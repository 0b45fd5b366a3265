import type { World } from '../../operations/world.ts';
import { guestMessage, welcomeMessage } from './blocks/welcome.ts';
import type { Channels } from './channels.ts';
import type { Delivery } from './delivery.ts';

/** Says hello in a channel, once. In a channel that sources report to it offers their first backup. */
export async function welcome(
  { world, channels, delivery }: { world: World; channels: Channels; delivery: Delivery },
  channel: string,
): Promise<void> {
  const { notes, catalog } = world.state;
  const key = `slack-welcome:${channel}`;
  if (notes.get(key) !== undefined) return;
  // Noted first: Slack delivers an event again that was not acknowledged in time.
  notes.set(key, world.clock.now().toISOString());
  const sources = channels.sourcesAt(channel);
  const without = sources.filter((source) => catalog.list({ source, limit: 1 }).length === 0);
  const homes = [...world.sources.keys()].flatMap((source) => channels.homeOf(source).id ?? []);
  const hello = sources.length > 0 ? welcomeMessage(sources, without) : guestMessage([...new Set(homes)]);
  const sent = await delivery.post(channel, hello);
  if (sent.kind !== 'sent') notes.remove(key);
}

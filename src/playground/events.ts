import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Carrier, Undelivered } from './delivery.ts';
import type { Channel, Message } from './vocabulary.ts';
import { app, team, type Workspace } from './workspace.ts';

/** What an app subscribes to in its manifest, and the scopes of which any one entitles it to that. */
export const eventScopes: ReadonlyMap<string, string[]> = new Map([
  ['member_joined_channel', ['channels:read', 'groups:read']],
  ['app_mention', ['app_mentions:read']],
  ['message.channels', ['channels:history']],
  ['message.groups', ['groups:history']],
  ['message.im', ['im:history']],
]);

/** When an unacknowledged event comes again: at once, after a minute, after five. */
const retryAfter = [0, 60_000, 300_000];

/** Tells the app what happens in the workspace, as far as its manifest asks for it. */
export function createEvents(clock: Clock, workspace: Workspace, line: Carrier) {
  function send(subscription: string, event: Record<string, unknown>): void {
    const { settings, oauth_config } = workspace.manifest;
    if (!settings.event_subscriptions?.bot_events.includes(subscription)) return;
    const scopes = eventScopes.get(subscription) ?? [];
    if (!scopes.some((scope) => oauth_config.scopes.bot.includes(scope))) {
      workspace.notice('events', 'missing_scope', `${subscription} needs ${scopes.join(' or ')}`);
      return;
    }
    const authorization = { enterprise_id: null, team_id: team.id, user_id: app.userId, is_bot: true };
    attempt({
      token: 'playground',
      team_id: team.id,
      api_app_id: app.id,
      event: { ...event, event_ts: workspace.nextTs() },
      type: 'event_callback',
      event_id: `Ev0${randomBytes(5).toString('hex').toUpperCase()}`,
      event_time: Math.floor(clock.now() / 1000),
      authorizations: [{ ...authorization, is_enterprise_install: false }],
      is_ext_shared_channel: false,
    });
  }

  async function attempt(
    payload: Record<string, unknown>,
    retry?: { number: number; after: Undelivered },
  ): Promise<void> {
    const event = { kind: 'event', what: `event ${payload.event_id}`, payload } as const;
    const delivery = await line.deliver(retry ? { ...event, retry } : event);
    if (delivery.kind === 'acknowledged') return;
    const number = retry?.number ?? 0;
    const wait = delivery.kind === 'rejected' && !delivery.again ? undefined : retryAfter[number];
    if (wait === undefined) return workspace.notice('events', 'given_up', 'an event was never acknowledged');
    clock.after(wait, () => void attempt(payload, { number: number + 1, after: delivery }));
  }

  return {
    appJoined(channel: Channel, inviter: string): void {
      const kind = channel.kind === 'private' ? 'G' : 'C';
      send('member_joined_channel', {
        type: 'member_joined_channel',
        user: app.userId,
        channel: channel.id,
        channel_type: kind,
        team: team.id,
        inviter,
      });
    },

    /** A person's message, to an app that reads the channel or is mentioned. */
    personSaid(channel: Channel, message: Message, person: string): void {
      if (!channel.appIsMember) return;
      const said = {
        user: person,
        ts: message.ts,
        text: message.text,
        team: team.id,
        channel: channel.id,
        ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      };
      const kinds = { public: ['channels', 'channel'], private: ['groups', 'group'], im: ['im', 'im'] } as const;
      const [subscription, channelType] = kinds[channel.kind];
      send(`message.${subscription}`, { type: 'message', ...said, channel_type: channelType });
      if (message.text.includes(`<@${app.userId}>`) && channel.kind !== 'im')
        send('app_mention', { type: 'app_mention', ...said });
    },
  };
}

export type Events = ReturnType<typeof createEvents>;

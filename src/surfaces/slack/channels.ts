import type { WebClient } from '@slack/web-api';
import type { SlackSettings } from './settings.ts';

/** Where a source reports to. */
export interface Home {
  /** As configured. */
  readonly wanted: string;
  /** Unknown until Slack was asked, and where there is no such channel. */
  readonly id?: string;
  /** Undefined when Slack would not say. */
  readonly isMember?: boolean;
}

export interface Channels {
  /** Asks Slack for ids and membership; repeating it is cheap where nothing is open any more. */
  resolve(): Promise<void>;
  homeOf(source: string): Home;
  /** The channel's sources; empty for a channel where nothing is reported. */
  sourcesAt(channelId: string): string[];
  joined(channelId: string): void;
  left(channelId: string): void;
  /** Configured channels that the bot is known not to be in, as people write them. */
  homeless(): string[];
  /** `<#C…>` once the id is known, otherwise the name. */
  mention(source: string): string;
}

/** Finds the channels that the configuration names by id or name. Private ones are found once the bot is in them. */
export function createChannels(client: WebClient, settings: SlackSettings, sources: readonly string[]): Channels {
  const wantedBy = (source: string): string => settings.sourceChannels?.[source] ?? settings.channel;
  const homes = new Map<string, Home>();
  for (const source of sources) homes.set(wantedBy(source), unresolved(wantedBy(source)));

  /** Slack was asked once: what has no id by now is not there, or private. */
  let asked = false;

  const change = (id: string, isMember: boolean) => {
    for (const [wanted, home] of homes) if (home.id === id) homes.set(wanted, { ...home, isMember });
  };
  const homeOf = (source: string): Home => homes.get(wantedBy(source)) ?? unresolved(wantedBy(source));

  return {
    homeOf,
    sourcesAt: (channelId) => sources.filter((source) => homeOf(source).id === channelId),
    joined: (id) => change(id, true),
    left: (id) => change(id, false),
    homeless: () =>
      [...homes.values()].flatMap(({ id, isMember, wanted }) =>
        isMember === false || (asked && id === undefined) ? [id === undefined ? wanted : `<#${id}>`] : [],
      ),
    mention: (source) => {
      const { id, wanted } = homeOf(source);
      return id === undefined ? wanted : `<#${id}>`;
    },
    async resolve() {
      if ([...homes.values()].every((home) => home.id !== undefined && home.isMember)) return;
      for await (const found of listed(client)) {
        for (const [wanted, home] of homes) {
          if (found.id !== wanted && found.name !== bare(wanted)) continue;
          homes.set(wanted, { ...home, id: found.id, isMember: found.isMember });
        }
        if ([...homes.values()].every((home) => home.isMember !== undefined)) break;
      }
      asked = true;
    },
  };
}

const idPattern = /^[CG][A-Z0-9]{6,}$/;

function unresolved(wanted: string): Home {
  return idPattern.test(wanted) ? { wanted, id: wanted } : { wanted };
}

function bare(name: string): string {
  return name.replace(/^#/, '').toLowerCase();
}

async function* listed(client: WebClient): AsyncIterable<{ id: string; name: string; isMember: boolean }> {
  let cursor: string | undefined;
  do {
    const page = await client.conversations.list({
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 1000,
      ...(cursor && { cursor }),
    });
    for (const { id, name, is_member } of page.channels ?? []) {
      if (id !== undefined && name !== undefined) yield { id, name, isMember: is_member ?? false };
    }
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
}

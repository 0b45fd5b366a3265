import { z } from 'zod';
import type { Channel } from '../vocabulary.ts';
import { app, team, type Workspace } from '../workspace.ts';
import { count, flag, pageOf, text } from './arguments.ts';
import { type Call, type Method, method, type Refusal, refuse } from './method.ts';

const reading = ['channels:read', 'groups:read', 'im:read'];
const paging = { limit: count.default(100), cursor: text.optional() };

export const conversationMethods: Method[] = [
  method({
    name: 'conversations.info',
    scopes: reading,
    tier: 'tier3',
    args: z.object({ channel: text, include_num_members: flag.optional() }),
    handle(args, call) {
      const found = visible(args.channel, call);
      if ('error' in found) return found;
      const members = args.include_num_members ? { num_members: memberIds(found).length } : {};
      return { ok: true, channel: { ...asSlackSees(found), ...members } };
    },
  }),

  method({
    name: 'conversations.list',
    scopes: reading,
    tier: 'tier2',
    args: z.object({ ...paging, types: text.default('public_channel'), exclude_archived: flag.optional() }),
    handle(args, { workspace, scopes }) {
      const kinds = args.types.split(',').map((type) => kindsByType.get(type.trim()));
      if (kinds.some((kind) => kind === undefined)) return refuse('invalid_types');
      const lacking = kinds.flatMap((kind) => (kind && !scopes.includes(scopeFor[kind]) ? [scopeFor[kind]] : []));
      if (lacking.length > 0) return { ...refuse('missing_scope'), needed: lacking.join(',') };
      const listed = workspace.channels.filter(
        (it) => kinds.includes(it.kind) && (it.kind === 'public' || it.appIsMember),
      );
      const paged = pageOf(listed, args.limit, args.cursor);
      if (!paged) return refuse('invalid_cursor');
      return { ok: true, channels: paged.page.map(asSlackSees), response_metadata: { next_cursor: paged.next } };
    },
  }),

  method({
    name: 'conversations.members',
    scopes: reading,
    tier: 'tier4',
    args: z.object({ ...paging, channel: text }),
    handle(args, call) {
      const found = visible(args.channel, call);
      if ('error' in found) return found;
      const paged = pageOf(memberIds(found), args.limit, args.cursor);
      if (!paged) return refuse('invalid_cursor');
      return { ok: true, members: paged.page, response_metadata: { next_cursor: paged.next } };
    },
  }),

  method({
    name: 'conversations.open',
    scopes: ['im:write'],
    tier: 'tier3',
    args: z.object({ users: text.optional(), channel: text.optional(), return_im: flag.optional() }),
    handle(args, { workspace }) {
      const users = args.users?.split(',').map((user) => user.trim()) ?? [];
      if (users.length > 1) return { ...refuse('missing_scope'), needed: 'mpim:write' };
      const found = args.channel !== undefined ? openIm(workspace, args.channel) : undefined;
      const im = found ?? workspace.directMessages(users[0] ?? '');
      if (!im && users.length === 0)
        return refuse(args.channel === undefined ? 'users_list_not_supplied' : 'channel_not_found');
      if (!im) return refuse('user_not_found');
      return { ok: true, channel: args.return_im ? asSlackSees(im) : { id: im.id } };
    },
  }),
];

const openIm = (workspace: Workspace, id: string) => workspace.channels.find((it) => it.kind === 'im' && it.id === id);

const scopeFor = { public: 'channels:read', private: 'groups:read', im: 'im:read' } as const;
const kindsByType = new Map<string, Channel['kind']>([
  ['public_channel', 'public'],
  ['private_channel', 'private'],
  ['im', 'im'],
]);

/** A conversation the app may know of, or the refusal. A private channel it is not in does not exist for it. */
function visible(id: string, { workspace, scopes }: Call): Channel | Refusal {
  const channel = workspace.channels.find((it) => it.id === id);
  if (!channel || (channel.kind === 'private' && !channel.appIsMember)) return refuse('channel_not_found');
  const needed = scopeFor[channel.kind];
  return scopes.includes(needed) ? channel : { ...refuse('missing_scope'), needed };
}

const memberIds = (channel: Channel): string[] => [...channel.members, ...(channel.appIsMember ? [app.userId] : [])];

function asSlackSees(channel: Channel): Record<string, unknown> {
  if (channel.kind === 'im') {
    return {
      id: channel.id,
      is_im: true,
      is_channel: false,
      user: channel.members[0],
      is_open: true,
      is_archived: false,
    };
  }
  const isPrivate = channel.kind === 'private';
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: isPrivate,
    is_archived: false,
    is_general: channel.name === 'general',
    is_member: channel.appIsMember,
    context_team_id: team.id,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

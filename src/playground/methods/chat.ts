import { z } from 'zod';
import type { Block } from '../blocks/schemas.ts';
import { checkContent } from '../content.ts';
import { limits } from '../limits.ts';
import type { Channel, Message } from '../vocabulary.ts';
import { app, team, type Workspace } from '../workspace.ts';
import { flag, structure, text } from './arguments.ts';
import { type Method, method, type Refusal, refuse } from './method.ts';

const content = {
  channel: text,
  text: text.optional(),
  blocks: structure.optional(),
  attachments: structure.optional(),
};

export const chatMethods: Method[] = [
  method({
    name: 'chat.postMessage',
    scopes: ['chat:write'],
    tier: 'posting',
    args: z.object({ ...content, thread_ts: text.optional(), reply_broadcast: flag.optional() }),
    handle(args, { workspace, scopes }) {
      const channel = whereToPost(workspace, args.channel);
      if (!channel) return refuse('channel_not_found');
      if (!channel.appIsMember && !(channel.kind === 'public' && scopes.includes('chat:write.public'))) {
        return refuse(channel.kind === 'public' ? 'not_in_channel' : 'channel_not_found');
      }
      const checked = checkContent(args, limits.postedText);
      if (checked.kind === 'refused') return refuse(checked.error, checked.problems);
      if (checked.text === '') workspace.notice('chat.postMessage', 'missing_text_in_message', nothingToNotify);
      const threadProblem = args.thread_ts === undefined ? undefined : cannotReply(workspace, channel, args.thread_ts);
      if (threadProblem) return threadProblem;
      const message = workspace.post({
        channel: channel.id,
        author: { kind: 'app' },
        text: checked.text,
        blocks: checked.blocks,
        ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }),
        ...(args.reply_broadcast ? { alsoInChannel: true } : {}),
      });
      return { ok: true, channel: channel.id, ts: message.ts, message: asSlackSees(message) };
    },
  }),

  method({
    name: 'chat.update',
    scopes: ['chat:write'],
    tier: 'tier3',
    args: z.object({ ...content, ts: text }),
    handle(args, { workspace }) {
      // Unlike posting, updating takes ids only.
      const channel = workspace.channels.find((it) => it.id === args.channel);
      if (!channel) return refuse('channel_not_found');
      const message = workspace.message(channel.id, args.ts);
      if (!message) return refuse('message_not_found');
      if (message.author.kind !== 'app') return refuse('cant_update_message');
      const checked = checkContent(args, limits.updatedText, escapedBytes);
      if (checked.kind === 'refused') return refuse(checked.error, checked.problems);
      workspace.replace(message, {
        text: args.text === undefined ? message.text : checked.text,
        blocks: checked.blocks,
      });
      return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: asSlackSees(message) };
    },
  }),

  method({
    name: 'chat.postEphemeral',
    scopes: ['chat:write'],
    tier: 'tier4',
    args: z.object({ ...content, user: text, thread_ts: text.optional() }),
    handle(args, { workspace }) {
      const channel = workspace.channel(args.channel);
      if (!channel || (channel.kind === 'private' && !channel.appIsMember)) return refuse('channel_not_found');
      if (!channel.appIsMember) return refuse('not_in_channel');
      const person = workspace.people.find((it) => it.id === args.user);
      if (!person) return refuse('user_not_found');
      if (!channel.members.includes(person.id)) return refuse('user_not_in_channel');
      const checked = checkContent(args, limits.postedText);
      if (checked.kind === 'refused') return refuse(checked.error, checked.problems);
      const message = workspace.post({
        channel: channel.id,
        author: { kind: 'app' },
        text: checked.text,
        blocks: checked.blocks,
        onlyFor: person.id,
        ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }),
      });
      return { ok: true, message_ts: message.ts };
    },
  }),
];

/** Slack accepts blocks without text, and then people's notifications and screen readers have nothing to say. */
const nothingToNotify = 'accepted, but without text there is nothing to notify people with';

/** A message as API answers and interaction payloads carry it. */
export function asSlackSees(message: Message): Record<string, unknown> & { ts: string; blocks?: Block[] } {
  const author =
    message.author.kind === 'app'
      ? { user: app.userId, bot_id: app.botId, app_id: app.id }
      : { user: message.author.kind === 'person' ? message.author.id : 'USLACKBOT' };
  return {
    type: 'message',
    ...author,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.files ? { files: message.files } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.edited ? { edited: { user: app.userId, ts: message.ts } } : {}),
  };
}

/** A channel by id or name, or a person by id, which means their direct messages. */
function whereToPost(workspace: Workspace, target: string): Channel | undefined {
  return workspace.channel(target) ?? workspace.directMessages(target);
}

/** Why nothing can be posted into the thread; undefined when it can. */
export function cannotReply(workspace: Workspace, channel: Channel, threadTs: string): Refusal | undefined {
  const head = workspace.message(channel.id, threadTs);
  if (!head) return refuse('thread_not_found');
  // Slack would start a thread nobody sees.
  if (head.threadTs !== undefined) return refuse('cannot_reply_to_message', ['thread_ts is a reply, not its parent']);
  return undefined;
}

const escapedBytes = (text: string): number =>
  Buffer.byteLength(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));

import type { App, RespondFn } from '@slack/bolt';
import { z } from 'zod';
import { answerCommand } from './answer-command.ts';
import { context, type Message } from './blocks/message.ts';
import { saying } from './blocks/refusal.ts';
import { heardMessage, testCardAction } from './blocks/test-card.ts';
import { inviteWords } from './blocks/welcome.ts';
import type { Channels } from './channels.ts';
import { answerClick, jobClicks } from './clicks.ts';
import type { Identity } from './identity.ts';
import { slashCommand } from './settings.ts';
import type { Answer, Caller } from './subcommand.ts';
import { listenForTypedApprovals } from './typed-approval.ts';

/** What Slack is heard for: one command, clicks, one event. Each is acknowledged before anything else is done. */
export function listen(
  app: App,
  parts: {
    me: Identity;
    channels: Channels;
    call(userId: string): Caller;
    welcome(channel: string): Promise<void>;
    /** Posts an answer that has a file; false where it has none, or Slack does not take it. */
    postWithFile(channel: string, answer: Answer): Promise<boolean>;
    now(): Date;
  },
): void {
  const { me, channels } = parts;

  app.command(slashCommand, async ({ ack, payload, respond }) => {
    await ack();
    const { user_id, channel_id, text } = commandSchema.parse(payload);
    const answer = await answerCommand(text, parts.call(user_id));
    const open = mayBeRead(answer, channel_id);
    if (open && (await parts.postWithFile(channel_id, answer))) return;
    await respond({
      response_type: open ? 'in_channel' : 'ephemeral',
      ...withInvitation(answer.message),
    });
  });

  app.action(/^run:/, async ({ ack, body, payload, respond }) => {
    await ack();
    const click = clickSchema.safeParse({ user: body.user, value: clickedValue(payload) });
    if (!click.success) return whisper(respond, unreadable);
    const { user, value } = click.data;
    const answer = await answerCommand(value, parts.call(user.id));
    await whisper(respond, withInvitation(answer.message));
  });

  for (const actionId of Object.keys(jobClicks)) {
    app.action(actionId, async ({ ack, body, payload, respond }) => {
      await ack();
      const click = clickSchema.safeParse({ user: body.user, value: clickedValue(payload) });
      if (!click.success) return whisper(respond, unreadable);
      const { user, value } = click.data;
      await whisper(respond, withInvitation(answerClick(actionId, value, parts.call(user.id))));
    });
  }

  listenForTypedApprovals(app, parts.call);

  app.action(testCardAction, async ({ ack, payload, respond }) => {
    await ack();
    const at = clickedAtSchema.safeParse(payload);
    const now = parts.now();
    await whisper(respond, heardMessage(at.success ? new Date(at.data.action_ts * 1000) : now, now));
  });

  app.event('member_joined_channel', async ({ event }) => {
    const joined = joinedSchema.parse(event);
    if (joined.user !== me.userId) return;
    channels.joined(joined.channel);
    await channels.resolve();
    await parts.welcome(joined.channel);
  });

  /** Others may read along only in the channel of the source that the answer is about. */
  function mayBeRead({ forChannelOf }: Answer, channel: string): boolean {
    return forChannelOf !== undefined && channels.homeOf(forChannelOf).id === channel;
  }

  /** Where nobody can see the reports, every answer says how to mend that. */
  function withInvitation({ text, blocks }: Message): Message {
    const [homeless] = channels.homeless();
    if (homeless === undefined) return { text, blocks };
    return { text, blocks: [...blocks, context(inviteWords(homeless, me.name))] };
  }
}

const commandSchema = z.object({ user_id: z.string(), channel_id: z.string(), text: z.string().default('') });
const clickSchema = z.object({ user: z.object({ id: z.string() }), value: z.string().min(1).max(2000) });
/** Seconds since 1970. */
const clickedAtSchema = z.object({ action_ts: z.coerce.number().positive() });
const joinedSchema = z.object({ user: z.string(), channel: z.string() });
const unreadable = saying('I cannot read that button any more.', 'Ask again with `/backup status`.');

function clickedValue(payload: unknown): unknown {
  const parsed = payloadSchema.safeParse(payload);
  return parsed.success ? (parsed.data.selected_option?.value ?? parsed.data.value) : undefined;
}

const payloadSchema = z.object({
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).optional(),
});

async function whisper(respond: RespondFn, { text, blocks }: Message): Promise<void> {
  await respond({ response_type: 'ephemeral', replace_original: false, text, blocks });
}

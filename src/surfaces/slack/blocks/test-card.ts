import { formatDuration } from '../../../domain/measures.ts';
import { actions, button, context, type Message, message, section } from './message.ts';
import { bold, code } from './mrkdwn.ts';
import { saying } from './refusal.ts';

export const testCardAction = 'test-card';

/** Who runs doctor, and where. */
export interface Caller {
  readonly osUser: string;
  readonly host: string;
  readonly version: string;
}

/** `tidemark doctor --slack` says hello; the button tries the way back. */
export function testCardMessage({ osUser, host, version }: Caller): Message {
  return message(`Hello from Tidemark: ${code(osUser)} tries out Slack from ${code(host)}. Nothing is wrong.`, [
    section(
      `👋 ${bold('Hello from Tidemark')} · ${code(osUser)} on ${code(host)} tries out Slack\nIf you can read this, my messages arrive. Do your clicks?`,
    ),
    actions(button('It works', testCardAction, 'test', 'primary')),
    context(
      `Tidemark ${version} · ${code('tidemark doctor --slack')} · nothing was backed up or changed · a click that nobody answers means that the bot is not running`,
    ),
  ]);
}

/** The answer to its button. `clickedAt` is by Slack's clock, so a little less than nothing is possible. */
export function heardMessage(clickedAt: Date, heardAt: Date): Message {
  const took = formatDuration(heardAt.getTime() - clickedAt.getTime());
  return saying(`✅ It works: your click reached me in ${took}.`, 'Messages and buttons are in order, both ways.');
}

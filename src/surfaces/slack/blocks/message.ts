import type {
  ActionsBlock,
  Button,
  ContextBlock,
  KnownBlock,
  Overflow,
  SectionBlock,
  StaticSelect,
} from '@slack/types';
import { shorten } from '../../../domain/wording.ts';

/** What is sent to Slack: `text`, as mrkdwn, is the whole story in a notification, `blocks` the same for the eye. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Slack's limits, each a little below what it refuses. */
const longest = {
  text: 3_900,
  section: 3_000,
  field: 2_000,
  context: 2_000,
  button: 75,
  option: 75,
  value: 150,
  all: 12_000,
};
const mostBlocks = 50;
/** Slack takes a hundred in one menu, but not so many characters in one message. */
export const mostOptions = 40;

/** Puts a message together so that Slack takes it, whatever is in it: what is too much goes from the end, and says so. */
export function message(text: string, blocks: readonly (KnownBlock | undefined)[]): Message {
  const wanted = blocks.filter((block) => block !== undefined);
  const kept = [...wanted];
  while (kept.length > 1 && (kept.length > mostBlocks - 1 || JSON.stringify(kept).length > longest.all)) kept.pop();
  if (kept.length < wanted.length) kept.push(context('_Too long for one message; the rest is left out._'));
  return { text: cutToBytes(text), blocks: kept };
}

export function section(text: string, accessory?: Button | Overflow | StaticSelect): SectionBlock {
  const block: SectionBlock = { type: 'section', text: { type: 'mrkdwn', text: shorten(text, longest.section) } };
  return accessory ? { ...block, accessory } : block;
}

/** Words of servers and programs, letter by letter: an asterisk in a GRANT is no bold, and what is copied from here can be pasted. */
export function verbatim(text: string): SectionBlock {
  return { type: 'section', text: { type: 'plain_text', text: shorten(text, longest.section), emoji: false } };
}

/** The same, small. */
export function smallVerbatim(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: shorten(text, longest.context), emoji: false }] };
}

/** Pairs of a label and a value, in two columns; at most ten. */
export function fields(pairs: readonly (readonly [label: string, value: string])[]): SectionBlock {
  return {
    type: 'section',
    fields: pairs
      .slice(0, 10)
      .map(([label, value]) => ({ type: 'mrkdwn', text: shorten(`*${label}*\n${value}`, longest.field) })),
  };
}

export function context(...texts: readonly string[]): ContextBlock {
  return {
    type: 'context',
    elements: texts.slice(0, 10).map((text) => ({ type: 'mrkdwn', text: shorten(text, longest.context) })),
  };
}

/** A row of controls, or nothing where there are none. */
export function actions(...elements: readonly (Button | Overflow | undefined)[]): ActionsBlock | undefined {
  const present = elements.filter((element) => element !== undefined);
  return present.length > 0 ? { type: 'actions', elements: present } : undefined;
}

/** `value` is all that comes back with a click: an id or a command, never a decision. */
export function button(label: string, actionId: string, value: string, style?: 'primary' | 'danger'): Button {
  const element: Button = {
    type: 'button',
    text: { type: 'plain_text', text: shorten(label, longest.button), emoji: true },
    action_id: actionId,
    value,
  };
  return style ? { ...element, style } : element;
}

/** A button that asks once more. */
export function confirmed(element: Button, question: { title: string; text: string; yes: string; no: string }): Button {
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  const { title, text, yes, no } = question;
  return { ...element, confirm: { title: plain(title), text: plain(text), confirm: plain(yes), deny: plain(no) } };
}

/** A button that does what typing `/backup <command>` does, with the rights of whoever clicks. `place` tells buttons of one message apart. */
export function runButton(label: string, command: string, place = 0, style?: 'primary' | 'danger'): Button {
  return button(label, `run:${place}`, command, style);
}

/** What is wanted less often, behind three dots; each option is a command as in `runButton`. */
export function runMenu(options: readonly Option[]): Overflow {
  return { type: 'overflow', action_id: 'run:menu', options: options.slice(0, 5).map(plainOption) };
}

/** One choice out of many; each is a command as in `runButton`. */
export function runSelect(placeholder: string, options: readonly Option[]): StaticSelect {
  return {
    type: 'static_select',
    action_id: 'run:select',
    placeholder: { type: 'plain_text', text: placeholder },
    options: options.slice(0, mostOptions).map(plainOption),
  };
}

/** Whether a menu takes the command: Slack refuses a longer one, and the whole message with it. */
export function fitsInMenu(command: string): boolean {
  return command.length <= longest.value;
}

type Option = readonly [label: string, command: string];

function plainOption([label, command]: Option) {
  return { text: { type: 'plain_text', text: shorten(label, longest.option), emoji: true }, value: command } as const;
}

/** `chat.update` counts bytes, and counts `&`, `<` and `>` as what they are written with. */
function cutToBytes(text: string): string {
  let cut = shorten(text, longest.text);
  while (Buffer.byteLength(cut) > longest.text) cut = shorten(cut, Math.floor(cut.length * 0.9));
  return cut;
}

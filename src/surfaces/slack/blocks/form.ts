import type {
  Datepicker,
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextInput,
  PlainTextOption,
  StaticSelect,
} from '@slack/types';
import { shorten } from '../../../domain/wording.ts';
import { inModal } from '../modal.ts';
import { type Message, section } from './message.ts';

/** Slack's limits. */
const longest = { title: 24, button: 24, label: 2_000, hint: 2_000, placeholder: 150, option: 75, text: 3_000 };
const mostOptions = 100;
const mostBlocks = 100;

export interface Form {
  readonly id: string;
  readonly title: string;
  /** Without it there is nothing to submit. */
  readonly submit?: string;
  readonly close?: string;
  /** Comes back with every submission: who it is about, never a decision. */
  readonly metadata?: string;
  readonly blocks: readonly (KnownBlock | undefined)[];
}

export function form({ id, title, submit, close = 'Close', metadata = '', blocks }: Form): ModalView {
  return {
    type: 'modal',
    callback_id: id,
    title: plain(title, longest.title),
    close: plain(close, longest.button),
    ...(submit !== undefined && { submit: plain(submit, longest.button) }),
    private_metadata: metadata,
    blocks: blocks.filter((block) => block !== undefined).slice(0, mostBlocks),
  };
}

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  /** Its change is heard at once, and the form shown anew. */
  readonly asksAtOnce?: boolean;
}

export interface TextField extends Field {
  readonly placeholder?: string;
  readonly value?: string | undefined;
  readonly most?: number;
  readonly multiline?: boolean;
  readonly focus?: boolean;
}

export function textField({ placeholder, value, most = 1_000, multiline, focus, ...field }: TextField): InputBlock {
  const element: PlainTextInput = {
    type: 'plain_text_input',
    action_id: `${inModal}${field.id}`,
    max_length: Math.min(most, longest.text),
    ...(placeholder !== undefined && { placeholder: plain(placeholder, longest.placeholder) }),
    ...(value !== undefined && value !== '' && { initial_value: value.slice(0, most) }),
    ...(multiline && { multiline }),
    ...(focus && { focus_on_load: true }),
  };
  return input(field, element);
}

export function dateField({ value, ...field }: Field & { readonly value?: string | undefined }): InputBlock {
  const element: Datepicker = {
    type: 'datepicker',
    action_id: `${inModal}${field.id}`,
    ...(value !== undefined && { initial_date: value }),
  };
  return input(field, element);
}

export interface ChoiceField extends Field {
  readonly options: readonly (readonly [label: string, value: string])[];
  readonly value?: string | undefined;
}

/** Slack keeps what was chosen while a field is the same: with other options it is another one. */
export function choiceField({ options, value, ...field }: ChoiceField): InputBlock {
  const choices: PlainTextOption[] = options
    .slice(0, mostOptions)
    .map(([label, each]) => ({ text: plain(label, longest.option), value: each }));
  const chosen = choices.find((choice) => choice.value === value);
  const element: StaticSelect = {
    type: 'static_select',
    action_id: `${inModal}${field.id}:${options.map(([, each]) => each).join(',')}`.slice(0, 255),
    options: choices,
    ...(chosen && { initial_option: chosen }),
  };
  return input(field, element);
}

/** There at once, while what belongs there is looked for. */
export function waitingView(title: string, words = 'Looking …'): ModalView {
  return form({ id: 'waiting', title, blocks: [section(`⏳ ${words}`)] });
}

/** A message as a window to read and close. Its buttons stay behind: they answer beside messages. */
export function readingView(title: string, { blocks }: Message): ModalView {
  return form({ id: 'reading', title, blocks: blocks.filter(({ type }) => type !== 'actions' && type !== 'table') });
}

function input({ id, label, hint, optional, asksAtOnce }: Field, element: InputBlock['element']): InputBlock {
  return {
    type: 'input',
    block_id: id,
    label: plain(label, longest.label),
    element,
    ...(hint !== undefined && { hint: plain(hint, longest.hint) }),
    ...(optional && { optional }),
    ...(asksAtOnce && { dispatch_action: true }),
  };
}

function plain(text: string, most: number) {
  return { type: 'plain_text' as const, text: shorten(text, most) };
}

import type { ModalView } from '@slack/types';
import type { People } from '../../domain/people.ts';
import type { Principal } from '../../domain/principal.ts';
import type { World } from '../../operations/world.ts';
import type { Message } from './blocks/message.ts';
import type { TextFile } from './delivery.ts';
import type { Operations } from './operations.ts';

/** One word after `/backup`: what it is called, what it says of itself, what it does. One file each, one line in the table. */
export interface Subcommand {
  readonly name: string;
  /** As `help` prints it: `verify [id|latest]`. */
  readonly usage: string;
  readonly does: string;
  run(call: Call): Promise<Answer> | Answer;
}

/** What a subcommand is run with. */
export interface Call extends Caller {
  /** What followed the subcommand's name. */
  readonly words: readonly string[];
  /** All there are, for help. */
  readonly known: readonly Subcommand[];
}

/** Somebody who asks for something, by typing it or by clicking, and what there is to answer with. */
export interface Caller {
  readonly principal: Principal;
  readonly world: World;
  readonly operations: Operations;
  readonly people?: People;
  /** Ends with the bot: jobs started here are told to stop. */
  readonly signal: AbortSignal;
  /** What can be opened before whoever asked. */
  readonly before?: Before;
  /** The name of a source's channel as mrkdwn, to send people there. */
  channelOf(source: string): string;
}

/** The window before somebody, right after she has typed or clicked. */
export interface Before {
  /** Whether it opened. */
  open(view: ModalView): Promise<boolean>;
  /** Opens at once and shows what is composed as soon as it is there. */
  openSoon(title: string, compose: () => Promise<ModalView>): Promise<boolean>;
  /** The zone of her clocks, where Slack says. */
  zone(): Promise<string | undefined>;
}

export interface Answer {
  /** Left out where a modal has opened instead. */
  readonly message?: Message;
  /** The source whose channel may read along; without one the answer is for whoever asked alone. */
  readonly forChannelOf?: string;
  /** Where the channel may read along, this instead, and what it has no room for as a file in its thread. */
  readonly withFile?: { readonly message: Message; readonly file: TextFile };
}

/** The words that name no source, and the source among them, wherever it stands: `full alumni`, `--source alumni full`, `source=alumni`. */
export function splitSource(
  words: readonly string[],
  known: ReadonlyMap<string, unknown>,
): { source?: string; rest: string[] } {
  const rest: string[] = [];
  let source: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const assigned = /^(?:--)?source=(.+)$/.exec(word)?.[1];
    if (assigned !== undefined) source = assigned;
    else if (word === '--source') {
      index += 1;
      source = words[index];
    } else if (source === undefined && known.has(word)) source = word;
    else rest.push(word);
  }
  return source === undefined ? { rest } : { source, rest };
}

import type { Block } from './blocks/schemas.ts';
import type { View } from './blocks/view-schema.ts';

/** Somebody at a keyboard in the workspace. */
export interface Person {
  id: string;
  /** What comes after the @, and what tests call them by. */
  name: string;
  realName: string;
  title: string;
  email: string;
  /** An administrator switched the account off. */
  deactivated?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  topic: string;
  /** Ids of people; the app's own membership stands apart. */
  members: string[];
  appIsMember: boolean;
}

/** `slack` is what Slack itself says: failures of commands, people joining. */
export type Author = { kind: 'app' } | { kind: 'person'; id: string } | { kind: 'slack' };

/** A file as a message shows it. */
export interface SharedFile {
  id: string;
  name: string;
  title: string;
  /** In bytes. */
  size: number;
}

export interface Message {
  channel: string;
  ts: string;
  author: Author;
  text: string;
  blocks: Block[];
  files?: SharedFile[];
  /** Set on replies only. */
  threadTs?: string;
  alsoInChannel?: boolean;
  /** The id of the one person who sees it: an ephemeral message. */
  onlyFor?: string;
  edited?: boolean;
  /** How often the app has replaced its content. */
  updates: number;
}

/** What became of somebody's click: a warning triangle stands on the message when `failed`. */
export interface Click {
  person: string;
  channel: string;
  ts: string;
  actionId: string;
  blockId: string;
  state: 'waiting' | 'done' | 'failed';
  /** What Slack tells the person. */
  says?: string;
}

/** A modal that stands before one person's eyes. */
export interface OpenView {
  id: string;
  person: string;
  view: View;
  /** What the app says is wrong with an input, by its block. */
  errors: Record<string, string>;
}

/** Something the app did that Slack refused or will not forgive. */
export interface Notice {
  number: number;
  at: number;
  /** The method, or where else it went wrong: `response_url`, `ack`, `events`. */
  where: string;
  error: string;
  detail: string;
}

export interface Faults {
  api: 'well' | 'refusing' | 'hanging' | 'limiting';
  /** Milliseconds every API call waits before it is answered. */
  delay: number;
}

/** How Slack reaches the app: over connections that the app opens, or by requests to its URL. */
export type Line = { kind: 'socket-mode'; connections: number } | { kind: 'http'; url: string };

/** Everything the page follows live. */
export type Change =
  | { kind: 'message'; message: Message }
  | { kind: 'gone'; channel: string; ts: string; onlyFor?: string }
  | { kind: 'channel'; channel: Channel }
  | { kind: 'click'; click: Click }
  | { kind: 'view'; open: OpenView }
  | { kind: 'view-gone'; id: string; person: string }
  | { kind: 'notice'; notice: Notice }
  | { kind: 'line'; line: Line }
  | { kind: 'faults'; faults: Faults };

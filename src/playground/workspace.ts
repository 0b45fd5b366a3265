import { randomBytes } from 'node:crypto';
import type { Block } from './blocks/schemas.ts';
import type { View } from './blocks/view-schema.ts';
import type { Clock } from './clock.ts';
import type { Manifest } from './manifest.ts';
import type { Author, Change, Channel, Click, Message, Notice, OpenView, Person, SharedFile } from './vocabulary.ts';

export const team = { id: 'T0PLAYGRND', name: 'Playground', domain: 'playground' };
export const app = { id: 'A0PLAYGRND', botId: 'B0PLAYGRND', userId: 'U0PLAYGRND' };

export interface Draft {
  channel: string;
  author: Author;
  text: string;
  blocks?: Block[];
  files?: SharedFile[];
  threadTs?: string;
  alsoInChannel?: boolean;
  onlyFor?: string;
}

/** Everything there is in the workspace, and the one place that changes it. */
export function createWorkspace(options: { clock: Clock; manifest: Manifest; people: Person[]; channels: Channel[] }) {
  const { clock, manifest, people } = options;
  const channels = [...options.channels, ...people.map(directMessageWith)];
  const messages: Message[] = [];
  const clicks: Click[] = [];
  const notices: Notice[] = [];
  const views: OpenView[] = [];
  const listeners = new Set<(change: Change) => void>();
  let lastMicros = 0;
  let noticed = 0;

  const tell = (change: Change) => {
    for (const listener of [...listeners]) listener(change);
  };

  /** A fresh message timestamp: seconds and microseconds, never twice. */
  const nextTs = (): string => {
    lastMicros = Math.max(Math.floor(clock.now() * 1000), lastMicros + 1);
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };

  const workspace = {
    manifest,
    people,
    channels,
    messages,
    clicks,
    notices,
    views,
    appName: manifest.features.bot_user?.display_name ?? manifest.display_information.name,
    nextTs,
    tell,

    /** Follows every change; the returned function stops it. */
    follow(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    person: (idOrName: string) => people.find((it) => it.id === idOrName || it.name === idOrName),
    /** By id, or by name with or without its #. */
    channel: (idOrName: string) =>
      channels.find((it) => it.id === idOrName || (it.kind !== 'im' && it.name === idOrName.replace(/^#/, ''))),
    directMessages: (person: string) => channels.find((it) => it.kind === 'im' && it.members[0] === person),
    /** A message of the channel's history: ephemerals are not in it. */
    message: (channel: string, ts: string) =>
      messages.find((it) => it.channel === channel && it.ts === ts && it.onlyFor === undefined),
    ephemeral: (channel: string, ts: string) =>
      messages.find((it) => it.channel === channel && it.ts === ts && it.onlyFor !== undefined),

    post(draft: Draft): Message {
      const message: Message = { ...draft, blocks: withIds(draft.blocks ?? []), ts: nextTs(), updates: 0 };
      messages.push(message);
      tell({ kind: 'message', message });
      return message;
    },

    /** Replaces what a message shows. Slack marks as edited only messages without blocks. */
    replace(message: Message, content: { text: string; blocks: Block[] }): void {
      message.text = content.text;
      message.blocks = withIds(content.blocks);
      message.updates += 1;
      if (content.blocks.length === 0) message.edited = true;
      tell({ kind: 'message', message });
    },

    remove(message: Message): void {
      messages.splice(messages.indexOf(message), 1);
      const { channel, ts, onlyFor } = message;
      tell({ kind: 'gone', channel, ts, ...(onlyFor === undefined ? {} : { onlyFor }) });
    },

    /** What Slack itself whispers to one person. */
    whisper(channel: string, person: string, text: string): Message {
      return workspace.post({ channel, author: { kind: 'slack' }, text, onlyFor: person });
    },

    setAppMembership(channel: Channel, isMember: boolean): void {
      channel.appIsMember = isMember;
      tell({ kind: 'channel', channel });
    },

    record(click: Click): void {
      if (!clicks.includes(click)) clicks.push(click);
      tell({ kind: 'click', click: { ...click } });
    },

    openView(person: string, view: View): OpenView {
      const open = { id: `V0${randomBytes(4).toString('hex').toUpperCase()}`, person, view, errors: {} };
      views.push(open);
      tell({ kind: 'view', open });
      return open;
    },

    /** The app takes what was filled in only when that is mended. */
    complain(open: OpenView, errors: Record<string, string>): void {
      open.errors = errors;
      tell({ kind: 'view', open: { ...open } });
    },

    closeView({ id, person }: Pick<OpenView, 'id' | 'person'>): void {
      const at = views.findIndex((it) => it.id === id);
      if (at >= 0) views.splice(at, 1);
      tell({ kind: 'view-gone', id, person });
    },

    notice(where: string, error: string, detail = ''): void {
      noticed += 1;
      const notice = { number: noticed, at: clock.now(), where, error, detail };
      notices.push(notice);
      if (notices.length > 200) notices.shift();
      tell({ kind: 'notice', notice });
    },
  };
  return workspace;
}

export type Workspace = ReturnType<typeof createWorkspace>;

const directMessageWith = (person: Person): Channel => ({
  id: `D${person.id.slice(1)}`,
  name: person.name,
  kind: 'im',
  topic: '',
  members: [person.id],
  appIsMember: true,
});

/** Slack names every block and element that came without an id. */
function withIds(blocks: Block[]): Block[] {
  const freshId = () => randomBytes(4).toString('base64url').slice(0, 5);
  return blocks.map((block) => {
    const named: Block = { ...block, block_id: block.block_id ?? freshId() };
    if (named.type === 'actions') {
      named.elements = named.elements.map((element) => ({ ...element, action_id: element.action_id ?? freshId() }));
    }
    if (named.type === 'section' && named.accessory) {
      named.accessory = { ...named.accessory, action_id: named.accessory.action_id ?? freshId() };
    }
    return named;
  });
}

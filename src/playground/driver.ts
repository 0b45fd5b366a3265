import type { Clock } from './clock.ts';
import type { FaultControls, Tampering } from './faults.ts';
import { elementsOf, type Interactions } from './interactions.ts';
import type { Lines } from './lines.ts';
import { shownText } from './shown-text.ts';
import type { DisconnectReason, SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { Channel, Click, Faults, Message, Notice, OpenView, Person } from './vocabulary.ts';
import type { Workspace } from './workspace.ts';

/**
 * How tests act in the workspace and look at it. People and channels go by name or id. Messages are returned as they
 * stand at that moment; look again to see later changes.
 */
export interface Driver {
  as(person: string): Actor;
  /** What everybody in the channel sees at its top level, oldest first. */
  messages(channel: string): Message[];
  /** The replies under a message, oldest first. */
  thread(head: Message | string): Message[];
  /** What only this person was shown, wherever. */
  ephemerals(person: string): Message[];
  /** What stands between this person and the app. */
  directMessages(person: string): Message[];
  /**
   * The first message that satisfies, already there or still to come, updates included. Rejects after `timeoutMs`
   * of the wall's time (15000) and says what there was instead.
   */
  waitForMessage(satisfies: (message: Message) => boolean, timeoutMs?: number): Promise<Message>;
  /** All words of a message as a person reads them: text of blocks, labels of buttons, titles of files; the text where there are no blocks. */
  shownText(message: Message): string;
  /** The action ids of what can be clicked on a message. */
  actionIds(message: Message): string[];
  /** What the app did wrong so far. */
  notices(): Notice[];
  /**
   * From now on the app is reached over HTTP: what is saved in its settings as Request URL. Rejects in Slack's words where
   * nobody answers the challenge there.
   */
  saveRequestUrl(url: string): Promise<void>;
  /** Something happens to the next request to the app over HTTP. */
  tamper(how: Tampering): void;
  /** How many Socket Mode connections the app holds. */
  connections(): number;
  /** Resolves when the app holds at least this many. */
  waitForConnections(atLeast?: number, timeoutMs?: number): Promise<void>;
  /** Tells all connections to go, as Slack does. */
  disconnect(options: { reason: DisconnectReason }): void;
  /** Cuts all connections without a word. */
  cutConnections(): void;
  /** The next `times` (1) calls of a method, or of any with `*`, get this error. */
  refuse(method: string, error: string, times?: number): void;
  /** The next `times` (1) calls of a method, or of any with `*`, get 429 with this Retry-After (1). */
  limit(method: string, retryAfterSeconds?: number, times?: number): void;
  /** All API answers come this late, by the playground's clock; 0 ends it. */
  delay(ms: number): void;
  /** Slack is gone: API calls fail or hang, connections break and none can be opened; `well` ends it. */
  slackIs(how: Faults['api']): void;
}

export interface Actor {
  person: Person;
  /** Types a slash command. Settles when it was acknowledged, or has visibly failed. */
  command(typed: string, where?: { channel: string }): Promise<void>;
  /** Types a message, in a thread when given. */
  say(text: string, where?: { channel?: string; threadTs?: string }): Promise<void>;
  /**
   * Presses a button of the message as given, even when it has changed since; its confirm dialog counts as confirmed.
   * Settles when it was acknowledged, or has failed.
   */
  click(message: Message, actionId: string): Promise<Click>;
  /** Chooses an option of a menu by its value. */
  choose(message: Message, actionId: string, value: string): Promise<Click>;
  /** `/invite`s the app. */
  inviteApp(channel: string): Promise<void>;
  /** The modal that stands before her eyes, the newest where there are more. */
  modal(): OpenView | undefined;
  /** Fills the modal in, by block, and submits it. Answers it again where the app would not take that. */
  submit(values: Record<string, string>): Promise<OpenView | undefined>;
  /** What a click of hers would bring: good for one modal, for three seconds. */
  trigger(): string;
  /** Her account is switched off. */
  leave(): void;
}

export function createDriver(parts: {
  clock: Clock;
  workspace: Workspace;
  faults: FaultControls;
  socketMode: SocketMode;
  lines: Lines;
  interactions: Interactions;
  triggers: Triggers;
}): Driver {
  const { workspace, faults, socketMode, interactions } = parts;

  const personCalled = (name: string): Person => {
    const person = workspace.person(name);
    if (!person) throw new Error(`Nobody here is called ${name}: ${workspace.people.map((it) => it.name).join(', ')}`);
    return person;
  };
  const channelCalled = (name: string): Channel => {
    const channel = workspace.channel(name);
    if (!channel) throw new Error(`No channel ${name}: ${workspace.channels.map((it) => it.name).join(', ')}`);
    return channel;
  };
  const firstChannel = () => workspace.channels[0]?.name ?? '';

  const those = (wanted: (message: Message) => boolean) => structuredClone(workspace.messages.filter(wanted));

  /** Waits for something that a change brings about. */
  function until<T>(look: () => T | undefined, timeoutMs: number, complain: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        stop();
        clearTimeout(timer);
        resolve(found);
      };
      const stop = workspace.follow(check);
      const timer = setTimeout(() => {
        stop();
        reject(new Error(complain()));
      }, timeoutMs);
      check();
    });
  }

  return {
    as(name) {
      const person = personCalled(name);
      return {
        person,
        command: (typed, where) => interactions.type(person, channelCalled(where?.channel ?? firstChannel()), typed),
        say: (text, where = {}) =>
          interactions.type(person, channelCalled(where.channel ?? firstChannel()), text, where.threadTs),
        click: (message, actionId) => interactions.click(person, message, actionId),
        choose: (message, actionId, value) => interactions.click(person, message, actionId, value),
        inviteApp: (channel) => interactions.type(person, channelCalled(channel), `/invite @${workspace.appName}`),
        modal: () => workspace.views.findLast((it) => it.person === person.id),
        submit: (values) => {
          const open = workspace.views.findLast((it) => it.person === person.id);
          return interactions.submit(person, open?.id ?? 'at all', values);
        },
        trigger: () => parts.triggers.mint(person.id),
        leave: () => {
          person.deactivated = true;
        },
      };
    },
    messages: (channel) => {
      const { id } = channelCalled(channel);
      return those((it) => it.channel === id && it.onlyFor === undefined && it.threadTs === undefined);
    },
    thread: (head) => {
      const ts = typeof head === 'string' ? head : head.ts;
      return those((it) => it.threadTs === ts && it.onlyFor === undefined);
    },
    ephemerals: (name) => {
      const { id } = personCalled(name);
      return those((it) => it.onlyFor === id);
    },
    directMessages: (name) => {
      const im = workspace.directMessages(personCalled(name).id);
      return those((it) => it.channel === im?.id);
    },
    waitForMessage: (satisfies, timeoutMs = 15_000) =>
      until(
        () => those(satisfies)[0],
        timeoutMs,
        () => {
          const all = workspace.messages.map((it) => `- ${shownText(it).replaceAll('\n', ' / ')}`);
          const wrong = workspace.notices.map((it) => `- ${it.where}: ${it.error} ${it.detail}`);
          return ['No such message came. There were:', ...all, 'and the app was refused:', ...wrong].join('\n');
        },
      ),
    shownText,
    actionIds: (message) => elementsOf(message).map((it) => it.element.action_id ?? ''),
    notices: () => [...workspace.notices],
    saveRequestUrl: parts.lines.saveRequestUrl,
    tamper: faults.tamper,
    connections: () => socketMode.connections(),
    waitForConnections: async (atLeast = 1, timeoutMs = 15_000) => {
      await until(
        () => (socketMode.connections() >= atLeast ? true : undefined),
        timeoutMs,
        () => `The app holds ${socketMode.connections()} connections, not ${atLeast}`,
      );
    },
    disconnect: ({ reason }) => socketMode.disconnect(reason),
    cutConnections: () => socketMode.cut(),
    refuse: faults.refuse,
    limit: faults.limit,
    delay: faults.delay,
    slackIs(how) {
      faults.api(how);
      if (how === 'refusing' || how === 'hanging') socketMode.cut();
    },
  };
}

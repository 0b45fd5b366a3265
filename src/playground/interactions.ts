import type { Element } from './blocks/schemas.ts';
import { inputsOf } from './blocks/view-inputs.ts';
import type { Carrier, Delivery, Undelivered } from './delivery.ts';
import type { Events } from './events.ts';
import { asSlackSees } from './methods/chat.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Triggers } from './triggers.ts';
import type { Channel, Click, Message, OpenView, Person } from './vocabulary.ts';
import { app, team, type Workspace } from './workspace.ts';

export interface InteractionParts {
  workspace: Workspace;
  line: Carrier;
  responseUrls: ResponseUrls;
  triggers: Triggers;
  events: Events;
  /** `http://host:port` */
  baseUrl(): string;
}

/** What people do: type, run commands, click. Each settles when the app has answered or its time is up. */
export function createInteractions(parts: InteractionParts) {
  const { workspace, line, responseUrls, triggers, events } = parts;

  /** Sends what stands in the composer: a command when it starts with a slash, else a message. */
  async function type(person: Person, channel: Channel, text: string, threadTs?: string): Promise<void> {
    if (!channel.members.includes(person.id)) throw new Error(`${person.name} is not in #${channel.name}`);
    if (text.startsWith('/')) return runCommand(person, channel, text, threadTs);
    const mentioned = text.replaceAll(new RegExp(`@${workspace.appName}\\b`, 'gi'), `<@${app.userId}>`);
    const message = workspace.post({
      channel: channel.id,
      author: { kind: 'person', id: person.id },
      text: mentioned,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    events.personSaid(channel, message, person.id);
  }

  async function runCommand(person: Person, channel: Channel, typed: string, threadTs?: string): Promise<void> {
    const [, command = '', text = ''] = typed.match(/^(\/\S*)\s*([\s\S]*)$/) ?? [];
    if (command === '/invite' || command === '/remove') return changeMembership(person, channel, command, text);
    const { features, oauth_config } = workspace.manifest;
    const exists = features.slash_commands.some((it) => it.command === command);
    if (!exists || !oauth_config.scopes.bot.includes('commands')) {
      workspace.whisper(
        channel.id,
        person.id,
        `\`${command}\` is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.\n\nIf you are trying to send a message and not run a command, try preceding the "/" with an empty space.`,
      );
      return;
    }
    if (threadTs !== undefined) {
      workspace.whisper(channel.id, person.id, `${command} is not supported in threads. Sorry!`);
      return;
    }
    const origin = { channel: channel.id, person: person.id };
    const delivery = await line.deliver({
      kind: 'command',
      what: typed,
      payload: {
        token: 'playground',
        team_id: team.id,
        team_domain: team.domain,
        channel_id: channel.id,
        channel_name: nameFor(channel),
        user_id: person.id,
        user_name: person.name,
        command,
        text: text.trim(),
        api_app_id: app.id,
        is_enterprise_install: 'false',
        response_url: parts.baseUrl() + responseUrls.mint(origin),
        trigger_id: triggers.mint(person.id),
      },
    });
    if (delivery.kind === 'acknowledged') {
      if ('text' in delivery.payload || 'blocks' in delivery.payload) responseUrls.respond(origin, delivery.payload);
      return;
    }
    const error = commandError(delivery);
    workspace.notice('ack', error, `${typed} ${whyNot(delivery)}`);
    workspace.whisper(channel.id, person.id, `${command} failed with the error "${error}"`);
  }

  function changeMembership(person: Person, channel: Channel, command: string, text: string): void {
    const joining = command === '/invite';
    if (text.trim().replace(/^@/, '').toLowerCase() !== workspace.appName.toLowerCase()) {
      workspace.whisper(channel.id, person.id, `Only @${workspace.appName} can be invited or removed here.`);
    } else if (channel.kind === 'im' || channel.appIsMember === joining) {
      workspace.whisper(
        channel.id,
        person.id,
        `@${workspace.appName} ${joining ? 'is already' : 'is not'} in this channel.`,
      );
    } else {
      workspace.setAppMembership(channel, joining);
      const what = joining ? 'added to' : 'removed from';
      const says = `<@${app.userId}> was ${what} #${channel.name} by <@${person.id}>.`;
      workspace.post({ channel: channel.id, author: { kind: 'slack' }, text: says });
      if (joining) events.appJoined(channel, person.id);
    }
  }

  /**
   * Presses a button, or chooses a menu's option by its value, on a message as the person saw it: it may
   * have changed since. The confirm dialog is the caller's.
   */
  async function click(person: Person, seen: Message, actionId: string, choice?: string): Promise<Click> {
    const channel = workspace.channel(seen.channel);
    const found = elementOf(seen, actionId);
    const message = workspace.message(seen.channel, seen.ts) ?? workspace.ephemeral(seen.channel, seen.ts) ?? seen;
    if (!channel || !found)
      throw new Error(`No element ${actionId} on the message ${message.ts}: ${elementIds(seen).join(', ')}`);
    const { element, blockId } = found;
    const clicked: Click = {
      person: person.id,
      channel: message.channel,
      ts: message.ts,
      actionId,
      blockId,
      state: 'waiting',
    };
    workspace.record(clicked);
    if (!workspace.manifest.settings.interactivity?.is_enabled) {
      return fail(clicked, 'This app is not configured to handle interactive responses.');
    }
    const origin = { channel: message.channel, person: person.id, message };
    const ephemeral = message.onlyFor !== undefined;
    const delivery = await line.deliver({
      kind: 'interaction',
      what: `click on ${actionId}`,
      payload: {
        type: 'block_actions',
        user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
        api_app_id: app.id,
        token: 'playground',
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: ephemeral,
          ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
        },
        trigger_id: triggers.mint(person.id),
        team: { id: team.id, domain: team.domain },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: channel.id, name: nameFor(channel) },
        // Slack keeps no ephemeral message, so it cannot send it along.
        ...(ephemeral ? {} : { message: asSlackSees(message) }),
        state: { values: choicesOn(seen, actionId, choice) },
        response_url: parts.baseUrl() + responseUrls.mint(origin),
        actions: [actionFor(element, blockId, choice, workspace.nextTs())],
      },
    });
    return settle(clicked, delivery);
  }

  /** Submits a modal. It closes, unless the app says what is wrong with an input. */
  async function submit(person: Person, viewId: string, filled: Record<string, string>): Promise<OpenView | undefined> {
    const open = workspace.views.find((it) => it.id === viewId && it.person === person.id);
    if (!open) throw new Error(`${person.name} has no modal ${viewId} open`);
    const { view } = open;
    const values: Record<string, Record<string, object>> = {};
    for (const { blockId, actionId } of inputsOf(view)) {
      values[blockId] = { [actionId]: { type: 'plain_text_input', value: filled[blockId] || null } };
    }
    const delivery = await line.deliver({
      kind: 'interaction',
      what: `submission of ${view.title.text}`,
      payload: {
        type: 'view_submission',
        team: { id: team.id, domain: team.domain },
        user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
        api_app_id: app.id,
        token: 'playground',
        trigger_id: triggers.mint(person.id),
        enterprise: null,
        is_enterprise_install: false,
        response_urls: [],
        view: {
          id: open.id,
          team_id: team.id,
          app_id: app.id,
          bot_id: app.botId,
          hash: '1',
          root_view_id: open.id,
          previous_view_id: null,
          state: { values },
          callback_id: '',
          private_metadata: '',
          ...view,
        },
      },
    });
    if (delivery.kind !== 'acknowledged') {
      workspace.notice('ack', commandError(delivery), `the submission ${whyNot(delivery)}`);
      const [first] = inputsOf(view);
      workspace.complain(open, { [first?.blockId ?? '']: 'We had some trouble connecting. Try again?' });
      return open;
    }
    const errors = delivery.payload.response_action === 'errors' ? delivery.payload.errors : undefined;
    if (typeof errors === 'object' && errors !== null) {
      workspace.complain(open, Object.fromEntries(Object.entries(errors).map(([block, why]) => [block, String(why)])));
      return open;
    }
    workspace.closeView(open);
    return undefined;
  }

  function settle(clicked: Click, delivery: Delivery): Click {
    if (delivery.kind !== 'acknowledged') {
      workspace.notice('ack', commandError(delivery), `the click on ${clicked.actionId} ${whyNot(delivery)}`);
      return fail(
        clicked,
        delivery.kind === 'rejected'
          ? `This app responded with Status Code ${delivery.status}.`
          : 'Operation timed out. Apps need to respond within three seconds.',
      );
    }
    clicked.state = 'done';
    workspace.record(clicked);
    return clicked;
  }

  function fail(clicked: Click, says: string): Click {
    clicked.state = 'failed';
    clicked.says = says;
    workspace.record(clicked);
    return clicked;
  }

  return { type, click, submit };
}

export type Interactions = ReturnType<typeof createInteractions>;

/** What Slack calls it when a command does not get through. */
function commandError(delivery: Undelivered): string {
  if (delivery.kind === 'timed-out') return 'operation_timeout';
  if (delivery.kind === 'unreachable') return 'dispatch_failed';
  return delivery.status < 500 ? 'http_client_error' : 'http_service_error';
}

const whyNot = (delivery: Undelivered): string =>
  delivery.kind === 'rejected' ? `was answered with HTTP ${delivery.status}` : 'was not acknowledged within 3 s';

const nameFor = (channel: Channel): string =>
  channel.kind === 'im' ? 'directmessage' : channel.kind === 'private' ? 'privategroup' : channel.name;

/** Every clickable thing on a message, with the block it stands in. */
export function elementsOf(message: Message): { element: Element; blockId: string }[] {
  return message.blocks.flatMap((block) => {
    const elements =
      block.type === 'actions' ? block.elements : block.type === 'section' && block.accessory ? [block.accessory] : [];
    return elements.map((element) => ({ element, blockId: block.block_id ?? '' }));
  });
}

const elementOf = (message: Message, actionId: string) =>
  elementsOf(message).find((it) => it.element.action_id === actionId);
const elementIds = (message: Message) => elementsOf(message).map((it) => it.element.action_id ?? '');

/** What stands in the menus of a message. A button has no such state, nor has an overflow menu. */
function choicesOn(message: Message, actionId: string, choice: string | undefined): Record<string, object> {
  const values: Record<string, Record<string, object>> = {};
  for (const { element, blockId } of elementsOf(message)) {
    if (element.type !== 'static_select') continue;
    const chosen = element.action_id === actionId ? element.options.find((it) => it.value === choice) : undefined;
    const block = values[blockId] ?? {};
    block[element.action_id ?? ''] = { type: element.type, selected_option: chosen ?? null };
    values[blockId] = block;
  }
  return values;
}

function actionFor(
  element: Element,
  blockId: string,
  choice: string | undefined,
  actionTs: string,
): Record<string, unknown> {
  const common = { action_id: element.action_id, block_id: blockId, type: element.type, action_ts: actionTs };
  if (element.type === 'button') {
    const { text, value, style } = element;
    return { ...common, text, ...(value === undefined ? {} : { value }), ...(style === undefined ? {} : { style }) };
  }
  const option = element.options.find((it) => it.value === choice);
  if (!option)
    throw new Error(`No option ${choice} in ${element.action_id}: ${element.options.map((it) => it.value).join(', ')}`);
  const placeholder = element.type === 'static_select' ? { placeholder: element.placeholder } : {};
  return { ...common, ...placeholder, selected_option: option };
}

import type { Snapshot } from './page-contract.ts';
import type { Change, Faults, Line, Person } from './vocabulary.ts';
import { app, type Workspace } from './workspace.ts';

export function snapshotFor(me: Person, workspace: Workspace, live: { line: Line; faults: Faults }): Snapshot {
  const { display_information, features } = workspace.manifest;
  return {
    me,
    people: workspace.people,
    app: { id: app.userId, name: workspace.appName, description: display_information.description ?? '' },
    commands: features.slash_commands.map((it) => ({
      command: it.command,
      description: it.description,
      hint: it.usage_hint ?? '',
    })),
    channels: workspace.channels.filter((it) => it.members.includes(me.id)),
    messages: workspace.messages.filter((it) => mayRead(me, it.channel, it.onlyFor, workspace)),
    clicks: workspace.clicks.filter((it) => it.person === me.id),
    views: workspace.views.filter((it) => it.person === me.id),
    notices: workspace.notices,
    line: live.line,
    faults: { ...live.faults },
  };
}

/** Whether a change is any of this person's business. */
export function concerns(me: Person, change: Change, workspace: Workspace): boolean {
  switch (change.kind) {
    case 'message':
      return mayRead(me, change.message.channel, change.message.onlyFor, workspace);
    case 'gone':
      return mayRead(me, change.channel, change.onlyFor, workspace);
    case 'channel':
      return change.channel.members.includes(me.id);
    case 'click':
      return change.click.person === me.id;
    case 'view':
      return change.open.person === me.id;
    case 'view-gone':
      return change.person === me.id;
    case 'notice':
    case 'line':
    case 'faults':
      return true;
    default:
      return change satisfies never;
  }
}

const mayRead = (me: Person, channel: string, onlyFor: string | undefined, workspace: Workspace): boolean =>
  (onlyFor === undefined || onlyFor === me.id) && (workspace.channel(channel)?.members.includes(me.id) ?? false);

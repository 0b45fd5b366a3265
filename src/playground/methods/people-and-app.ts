import { z } from 'zod';
import type { Person } from '../vocabulary.ts';
import { app, team } from '../workspace.ts';
import { text } from './arguments.ts';
import { type Method, method, refuse } from './method.ts';

export const peopleAndAppMethods: Method[] = [
  method({
    name: 'auth.test',
    scopes: [],
    tier: 'many',
    args: z.object({}),
    handle(_, { workspace }) {
      return {
        ok: true,
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        user: workspace.appName,
        team_id: team.id,
        user_id: app.userId,
        bot_id: app.botId,
        is_enterprise_install: false,
      };
    },
  }),

  method({
    name: 'apps.connections.open',
    token: 'app',
    scopes: ['connections:write'],
    tier: 'tier3',
    args: z.object({}),
    handle: (_, call) => ({ ok: true, url: call.socketUrl() }),
  }),

  method({
    name: 'users.info',
    scopes: ['users:read'],
    tier: 'tier4',
    args: z.object({ user: text }),
    handle(args, { workspace, scopes }) {
      const person = workspace.people.find((it) => it.id === args.user);
      if (person) return { ok: true, user: asSlackSees(person, scopes.includes('users:read.email')) };
      if (args.user !== app.userId) return refuse('user_not_found');
      const profile = { real_name: workspace.appName, bot_id: app.botId, api_app_id: app.id };
      return { ok: true, user: { id: app.userId, team_id: team.id, name: workspace.appName, is_bot: true, profile } };
    },
  }),
];

function asSlackSees(person: Person, withEmail: boolean): Record<string, unknown> {
  return {
    id: person.id,
    team_id: team.id,
    name: person.name,
    real_name: person.realName,
    deleted: person.deactivated ?? false,
    tz: person.zone,
    tz_label: person.zone,
    tz_offset: secondsEastOf(person.zone),
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: false,
    is_app_user: false,
    profile: {
      title: person.title,
      real_name: person.realName,
      display_name: person.name,
      ...(withEmail ? { email: person.email } : {}),
    },
  };
}

/** `GMT+05:30` is 19,800 seconds. */
function secondsEastOf(zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts();
  const [, sign = '+', hours = 0, minutes = 0] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find((it) => it.type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

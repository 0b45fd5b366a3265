import type { Principal, Role } from './principal.ts';

/** The `people` of the configuration, by name. */
export type People = Readonly<Record<string, Person>>;

export interface Person {
  /** Slack user id; `*` on one entry stands for every member of the workspace who is not listed. */
  readonly slack?: string;
  /** Login name on the machine that Tidemark runs on. */
  readonly os?: string;
  readonly email?: string;
  readonly phone?: string;
  /** Roles per source; `*` stands for every source. */
  readonly roles: Readonly<Record<string, readonly Role[]>>;
}

export const anySlackMember = '*';

/**
 * Who somebody in a shell is. With neither `people` nor Slack there is one person, the one at the keyboard, and she is admin.
 * As soon as one of them is configured, roles come from `people` alone; with Slack but without `people` everybody may look.
 */
export function principalForShell(
  people: People | undefined,
  osUser: string,
  { hasSlack }: { hasSlack: boolean },
): Principal {
  const found = listed(people, (person) => person.os === osUser);
  if (found) return principal(found, 'shell');
  const roles: Principal['roles'] = people ? {} : hasSlack ? { '*': ['viewer'] } : { '*': ['admin'] };
  return { name: `shell:${osUser}`, via: 'shell', roles };
}

/** Who a Slack user is. One who is not listed has the roles of the `slack: "*"` entry, or none; without `people` everybody may look. */
export function principalForSlack(people: People | undefined, slackId: string): Principal {
  const found = listed(people, (person) => person.slack === slackId);
  if (found) return principal(found, 'slack');
  const everybody = listed(people, (person) => person.slack === anySlackMember);
  const roles: Principal['roles'] = everybody?.person.roles ?? (people ? {} : { '*': ['viewer'] });
  return { name: `slack:${slackId}`, via: 'slack', roles, slackId };
}

/** The names of those who may change the configuration of a source, and so grant more. Empty when nobody is listed. */
export function whoGrants(people: People | undefined, source: string): string[] {
  return Object.entries(people ?? {})
    .filter(([, { roles }]) => [...(roles[source] ?? []), ...(roles['*'] ?? [])].includes('admin'))
    .map(([name]) => name);
}

interface Listed {
  readonly name: string;
  readonly person: Person;
}

function listed(people: People | undefined, is: (person: Person) => boolean): Listed | undefined {
  const entry = Object.entries(people ?? {}).find(([, person]) => is(person));
  return entry && { name: entry[0], person: entry[1] };
}

function principal({ name, person }: Listed, via: 'slack' | 'shell'): Principal {
  const slackId = person.slack === anySlackMember ? undefined : person.slack;
  return { name, via, roles: person.roles, ...(slackId !== undefined && { slackId }) };
}

import type { Channel, Person } from './vocabulary.ts';

export interface PersonOptions {
  name: string;
  realName?: string;
  title?: string;
  id?: string;
  email?: string;
  /** `Etc/UTC` when left out. */
  zone?: string;
}

export interface ChannelOptions {
  name: string;
  kind?: 'public' | 'private';
  topic?: string;
  /** Names of people; by default everybody. */
  members?: string[];
  /** Whether the app was invited already. Default no. */
  appIsMember?: boolean;
}

export const defaultPeople: PersonOptions[] = [
  { name: 'asha', realName: 'Asha Rao', title: 'Database administrator', zone: 'Asia/Kolkata' },
  { name: 'ben', realName: 'Ben Okafor', title: 'Operator' },
  { name: 'chen', realName: 'Chen Li', title: 'Developer' },
  { name: 'dara', realName: 'Dara Singh', title: 'Approver' },
];

export const defaultChannels: ChannelOptions[] = [
  { name: 'db-ops', topic: 'Backups, restores and alerts', appIsMember: true },
  { name: 'general', topic: 'Everybody' },
  { name: 'dba-private', kind: 'private', topic: 'Database administrators', members: ['asha', 'dara'] },
];

export const castPerson = (options: PersonOptions): Person => ({
  id: options.id ?? `U0${shout(options.name)}`,
  name: options.name,
  realName: options.realName ?? options.name,
  title: options.title ?? '',
  email: options.email ?? `${options.name}@example.org`,
  zone: options.zone ?? 'Etc/UTC',
});

export const castChannel = (options: ChannelOptions, people: Person[]): Channel => ({
  id: `C0${shout(options.name)}`,
  name: options.name,
  kind: options.kind ?? 'public',
  topic: options.topic ?? '',
  members: people.filter((it) => options.members?.includes(it.name) ?? true).map((it) => it.id),
  appIsMember: options.appIsMember ?? false,
});

/** Ids that look like Slack's and still say who is meant. */
const shout = (name: string): string =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .padEnd(7, '0');

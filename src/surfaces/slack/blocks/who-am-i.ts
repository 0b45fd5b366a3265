import type { Action } from '../../../domain/principal.ts';
import { formatList } from '../../../domain/wording.ts';
import type { WhatIMay, WhoIAm } from '../../../operations/who-am-i.ts';
import { type Message, message, section } from './message.ts';
import { bold, escapeMrkdwn, person } from './mrkdwn.ts';

const words: Record<Action, string> = {
  look: 'look',
  'take-backup': 'take backups',
  verify: 'verify',
  validate: 'validate data',
  find: 'search the binlogs',
  'see-transactions': 'see running transactions',
  'kill-transaction': 'ask for one to be ended',
  'cancel-job': 'stop jobs',
  keep: 'keep backups beyond their time',
  unkeep: 'release kept ones',
  prune: 'remove those whose time is over',
  configure: 'change the configuration',
  'read-audit': 'read the audit log',
  'rebuild-catalog': 'rebuild the catalog',
  shred: 'shred backups',
  'request-recovery': 'ask for recoveries',
  'approve-recovery': 'approve recoveries',
};

/** Who somebody is, what they may do where, and who grants more. */
export function whoAmIMessage(who: WhoIAm): Message {
  const name = person(who.name);
  return message(`You are ${name}.`, [
    section(`You are ${who.name.startsWith('slack:') ? `${name}, who is not listed under \`people\`` : `*${name}*`}.`),
    ...alike(who.sources).map((source) => {
      const roles = source.roles.length > 0 ? formatList(source.roles) : 'no role';
      const may =
        source.may.length > 0
          ? `You may ${formatList(source.may.map((action) => words[action]))}.`
          : 'You may do nothing here.';
      const not =
        source.mayNot.length > 0
          ? ` Not: ${formatList(
              source.mayNot.map((action) => words[action]),
              'or',
            )}.`
          : '';
      const grant = source.mayNot.length === 0 ? '' : `\n_${grantWords(source.grantedBy)}_`;
      return section(`${bold(source.source)} · ${roles}\n${may}${not}${grant}`);
    }),
  ]);
}

/** Sources for which the same is true are said together. */
function alike(sources: readonly WhatIMay[]): WhatIMay[] {
  const groups = new Map<string, string[]>();
  for (const { source, ...rest } of sources) {
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  return [...groups].map(([key, names]) => ({ ...JSON.parse(key), source: formatList(names) }));
}

function grantWords(admins: readonly string[]): string {
  if (admins.length === 0) return 'Roles are granted under `people` in tidemark.yaml, by whoever keeps it.';
  return `More is granted by ${escapeMrkdwn(formatList(admins, 'or'))}, under \`people\` in tidemark.yaml.`;
}

import { type People, whoGrants } from '../domain/people.ts';
import { type Action, decideAuthority, type Principal, type Role } from '../domain/principal.ts';
import type { World } from './world.ts';

export interface WhoIAm {
  readonly kind: 'who';
  readonly name: string;
  readonly via: Principal['via'];
  readonly slackId: string | null;
  readonly sources: readonly WhatIMay[];
}

export interface WhatIMay {
  readonly source: string;
  readonly roles: readonly Role[];
  readonly may: readonly Action[];
  readonly mayNot: readonly Action[];
  /** Names of the admins, who can grant more. */
  readonly grantedBy: readonly string[];
}

const actions: readonly Action[] = [
  'look',
  'take-backup',
  'verify',
  'validate',
  'find',
  'see-transactions',
  'cancel-job',
  'request-recovery',
  'approve-recovery',
  'read-audit',
  'rebuild-catalog',
  'configure',
  'shred',
];

/** Who somebody is to Tidemark, what they may do to each source, and who grants more. Refuses nobody. */
export function whoAmI(world: World, { principal, people }: { principal: Principal; people?: People }): WhoIAm {
  const sources = [...world.sources.keys()].map((source) => {
    const may = actions.filter((action) => decideAuthority(principal, action, source).kind === 'allowed');
    const roles = [...new Set([...(principal.roles[source] ?? []), ...(principal.roles['*'] ?? [])])];
    return {
      source,
      roles,
      may,
      mayNot: actions.filter((action) => !may.includes(action)),
      grantedBy: whoGrants(people, source),
    };
  });
  return { kind: 'who', name: principal.name, via: principal.via, slackId: principal.slackId ?? null, sources };
}

/** A person, the same in Slack and in a shell: approvals and the audit log count people, not accounts. */
export type Role = 'viewer' | 'operator' | 'approver' | 'admin';

export interface Principal {
  /** The person's key in `people`, `slack:U…` or `shell:name` for one who is not listed, `tidemark` for the bot itself. */
  readonly name: string;
  readonly via: 'slack' | 'shell' | 'schedule';
  /** Roles per source; `*` stands for every source. */
  readonly roles: Readonly<Record<string, readonly Role[]>>;
  /** Slack user id, where known. */
  readonly slackId?: string;
}

/** What one may do. Each names the least role that may; a higher role may all that a lower one may, except that `approver` and `operator` stand side by side. */
export type Action =
  | 'look'
  | 'take-backup'
  | 'verify'
  | 'validate'
  | 'find'
  | 'see-transactions'
  | 'kill-transaction'
  | 'cancel-job'
  | 'keep'
  | 'unkeep'
  | 'prune'
  | 'configure'
  | 'read-audit'
  | 'rebuild-catalog'
  | 'shred'
  | 'request-recovery'
  | 'approve-recovery';

const allowed: Record<Action, readonly Role[]> = {
  look: ['viewer', 'operator', 'approver', 'admin'],
  'take-backup': ['operator', 'admin'],
  verify: ['operator', 'approver', 'admin'],
  validate: ['operator', 'approver', 'admin'],
  /** What was done to the data, and who does what right now: more than how backups stand. */
  find: ['operator', 'approver', 'admin'],
  'see-transactions': ['operator', 'approver', 'admin'],
  /** To ask for it; that somebody else approves is the plan's business. */
  'kill-transaction': ['operator', 'admin'],
  'cancel-job': ['operator', 'admin'],
  keep: ['operator', 'admin'],
  /** What somebody wanted to have kept goes only when an admin says so. */
  unkeep: ['admin'],
  /** Removes no more than the schedule's own run would. */
  prune: ['operator', 'admin'],
  configure: ['admin'],
  'read-audit': ['approver', 'admin'],
  'rebuild-catalog': ['admin'],
  shred: ['admin'],
  'request-recovery': ['operator', 'approver', 'admin'],
  'approve-recovery': ['approver', 'admin'],
};

export type Authority = { kind: 'allowed' } | { kind: 'refused'; reason: 'not-allowed'; needs: readonly Role[] };

/** May this person do that to this source? `*` as source asks about the whole installation. */
export function decideAuthority(principal: Principal, action: Action, source: string): Authority {
  const held = [...(principal.roles[source] ?? []), ...(principal.roles['*'] ?? [])];
  const needs = allowed[action];
  return held.some((role) => needs.includes(role))
    ? { kind: 'allowed' }
    : { kind: 'refused', reason: 'not-allowed', needs };
}

/** The bot acting on its own schedule. */
export const scheduler: Principal = { name: 'tidemark', via: 'schedule', roles: { '*': ['operator'] } };

import { createHash } from 'node:crypto';

/** What happened, by whom, to what. Never holds secrets or row data. */
export interface AuditEntry {
  readonly at: Date;
  /** Principal name. */
  readonly actor: string;
  readonly via: 'slack' | 'shell' | 'schedule';
  /** `backup.requested`, `backup.succeeded`, `verify.refused`, `keys.opened`, `command` … */
  readonly action: string;
  readonly source?: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditRecord extends AuditEntry {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
}

export const chainStart = '0'.repeat(64);

/** Binds an entry to all before it: any later change, removal or insertion breaks every hash after. */
export function chainEntry(
  entry: AuditEntry,
  previous: Pick<AuditRecord, 'sequence' | 'hash'> | undefined,
): AuditRecord {
  const sequence = (previous?.sequence ?? 0) + 1;
  const previousHash = previous?.hash ?? chainStart;
  return { ...entry, sequence, previousHash, hash: hashOf(entry, sequence, previousHash) };
}

export type ChainVerdict =
  | { kind: 'intact'; records: number; head: string }
  | { kind: 'broken'; sequence: number; why: 'hash' | 'gap' | 'link' };

/** Walks the chain from its start and names the first record that does not fit. */
export function verifyChain(records: Iterable<AuditRecord>): ChainVerdict {
  let sequence = 0;
  let head = chainStart;
  for (const record of records) {
    if (record.sequence !== sequence + 1) return { kind: 'broken', sequence: record.sequence, why: 'gap' };
    if (record.previousHash !== head) return { kind: 'broken', sequence: record.sequence, why: 'link' };
    if (record.hash !== hashOf(record, record.sequence, record.previousHash)) {
      return { kind: 'broken', sequence: record.sequence, why: 'hash' };
    }
    sequence = record.sequence;
    head = record.hash;
  }
  return { kind: 'intact', records: sequence, head };
}

function hashOf(entry: AuditEntry, sequence: number, previousHash: string): string {
  const detail = Object.entries(entry.detail ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [
    'tidemark-audit-v1',
    sequence,
    previousHash,
    entry.at.toISOString(),
    entry.actor,
    entry.via,
    entry.action,
    entry.source ?? null,
    entry.subject ?? null,
    detail,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

import { z } from 'zod';
import { type AuditEntry, type AuditRecord, chainEntry } from '../../domain/audit-chain.ts';
import { Failure } from '../../domain/failure.ts';
import type { AuditLog } from '../../ports/state.ts';
import type { Database } from './database.ts';
import { readRow, readStored } from './stored.ts';
import type { AuditTable } from './tables.ts';

/**
 * The audit log. Its newest record is said a second time in `audit_head`, and a new record is chained to that head, not to what happens to be the last row:
 * a tail that was cut off shows as a gap as soon as anything is appended. Who can rewrite both tables can rewrite history; then only a head noted elsewhere tells.
 */
export function openAuditLog(database: Database): AuditLog {
  const { build } = database;

  return {
    append(entry) {
      return database.exclusively(() => {
        const head = database.first(build.selectFrom('audit_head').select(['sequence', 'hash'])) ?? lastRow();
        const record = chainEntry(asStored(entry), head);
        database.run(build.insertInto('audit').values(toRow(record)));
        database.run(build.replaceInto('audit_head').values({ one: 1, sequence: record.sequence, hash: record.hash }));
        return record;
      });
    },

    list({ source, actor, limit = 100 } = {}) {
      let query = build.selectFrom('audit').selectAll().orderBy('sequence', 'desc');
      if (source !== undefined) query = query.where('source', '=', source);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      return database.all(query.limit(limit)).map(toRecord);
    },

    *all() {
      for (const row of database.each(build.selectFrom('audit').selectAll().orderBy('sequence'))) yield toRecord(row);
    },
  };

  function lastRow() {
    return database.first(build.selectFrom('audit').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1));
  }
}

/** The entry exactly as it will be read again, for it is hashed as such: text without lone surrogates, numbers that JSON knows. */
function asStored(entry: AuditEntry): AuditEntry {
  const { source, subject, detail } = entry;
  return {
    at: entry.at,
    actor: entry.actor.toWellFormed(),
    via: entry.via,
    action: entry.action.toWellFormed(),
    ...(source !== undefined && { source: source.toWellFormed() }),
    ...(subject !== undefined && { subject: subject.toWellFormed() }),
    ...(detail !== undefined && { detail: storableDetail(detail) }),
  };
}

function storableDetail(detail: NonNullable<AuditEntry['detail']>): NonNullable<AuditEntry['detail']> {
  const storable = ([key, value]: [string, string | number | boolean]) => {
    const finite = typeof value !== 'number' || Number.isFinite(value);
    return [key, finite ? value : String(value)] as const;
  };
  return Object.fromEntries(Object.entries(detail).map(storable));
}

function toRow(record: AuditRecord): AuditTable {
  return {
    sequence: record.sequence,
    at: record.at.toISOString(),
    actor: record.actor,
    via: record.via,
    action: record.action,
    source: record.source ?? null,
    subject: record.subject ?? null,
    detail: record.detail ? JSON.stringify(record.detail) : null,
    previous_hash: record.previousHash,
    hash: record.hash,
  };
}

const auditRow = z.object({
  sequence: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  via: z.enum(['slack', 'shell', 'schedule']),
  action: z.string(),
  source: z.string().nullable(),
  subject: z.string().nullable(),
  detail: z.string().nullable(),
  previous_hash: z.string(),
  hash: z.string(),
});
const detailSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

function toRecord(stored: AuditTable): AuditRecord {
  try {
    return readRecord(stored);
  } catch (error) {
    throw new Failure('integrity', `Audit record ${stored.sequence} was altered so that it cannot be read.`, {
      hint: 'Somebody or something else than Tidemark wrote to the state database. Keep a copy of it, and compare with the head hashes you noted.',
      cause: error,
    });
  }
}

function readRecord(stored: AuditTable): AuditRecord {
  const row = readRow(auditRow, stored, `audit record ${stored.sequence}`);
  return {
    sequence: row.sequence,
    at: new Date(row.at),
    actor: row.actor,
    via: row.via,
    action: row.action,
    ...(row.source !== null && { source: row.source }),
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.detail !== null && {
      detail: readStored(detailSchema, row.detail, `detail of audit record ${row.sequence}`),
    }),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

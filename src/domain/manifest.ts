import { z } from 'zod';
import { backupIdSchema, backupKinds } from './backup-id.ts';
import { keptChangesSchema } from './schema-diff/schema-change.ts';

/**
 * The manifest of a backup set: written last, never changed. Sizes are bytes, times are ISO 8601 in UTC.
 * What is learnt later (verification, copies, pins) lies in objects of its own beside it.
 */

const count = z.int().nonnegative();
const time = z.iso.datetime();

export const tableNameSchema = z.object({ schema: z.string(), name: z.string() });
export type TableName = z.infer<typeof tableNameSchema>;

export interface TableChecksum extends TableName {
  /** As CHECKSUM TABLE prints it: it depends on the rows, not on their order, and on the server's series. */
  readonly checksum: string;
}

export const partRoles = ['structure', 'data', 'routines', 'views', 'triggers', 'events', 'accounts'] as const;
export type PartRole = (typeof partRoles)[number];

export const manifestPartSchema = z.object({
  /** Object name below the set's prefix, and the name bound into its encryption context: `parts/010-structure.sql.zst`. */
  name: z.string().regex(/^parts\/[a-z0-9-]+\.sql\.zst$/),
  role: z.enum(partRoles),
  format: z.literal('sql'),
  encoding: z.literal('zstd'),
  /** Rows expected in the part's INSERTs, per table, counted in the dump's own snapshot; empty for structure. */
  tables: z.array(
    tableNameSchema.extend({
      rows: count,
      /** The primary-key range when the table is cut; absent when the part holds the whole table. */
      range: z.string().optional(),
      /** False for a table without transactions, which cannot be counted at the dump's own moment. */
      exact: z.literal(false).optional(),
    }),
  ),
  rawBytes: count,
  storedBytes: count,
  /** Of the stored bytes, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestPart = z.infer<typeof manifestPartSchema>;

export const positionSchema = z.object({
  /** Binlog file and offset of the first event that is not in the backup. */
  file: z.string(),
  offset: count,
  /** `gtid_executed` on MySQL (empty when GTIDs are off), `gtid_binlog_pos` on MariaDB. */
  gtidSet: z.string(),
});
export type BinlogPosition = z.infer<typeof positionSchema>;

/** Binlog files that an incremental backup stands for, in order; all but perhaps the last are closed. */
export const binlogsSchema = z.object({
  /** The newest full backup that they lead on from. */
  base: backupIdSchema,
  /** The backup that this one begins behind: the incremental one before, or the base. */
  since: backupIdSchema,
  files: z.array(z.object({ timeline: z.string(), file: z.string(), bytes: count })).min(1),
  transactions: count,
  rawBytes: count,
  storedBytes: count,
});

export const manifestSchema = z.object({
  formatVersion: z.literal(1),
  id: backupIdSchema,
  kind: z.enum(backupKinds),
  /** `binlog`: what was committed since an earlier backup, in segments that lie beside the sets. */
  method: z.enum(['mysqldump', 'binlog']),
  source: z.object({
    name: z.string(),
    serverUuid: z.string(),
    flavour: z.enum(['mysql', 'mariadb']),
    version: z.string(),
    characterSet: z.string(),
    lowerCaseTableNames: count,
  }),
  startedAt: time,
  /** The moment of the snapshot: what was committed before is in, what was committed after is not. */
  snapshotAt: time,
  finishedAt: time,
  tools: z.record(z.string(), z.string()),
  flags: z.array(z.string()),
  position: positionSchema,
  lock: z.object({
    method: z.enum(['global-read-lock', 'lock-tables', 'none']),
    heldMilliseconds: z.number().nonnegative(),
    ddlGuard: z.enum(['instance-lock', 'backup-stage', 'none']),
  }),
  scope: z.object({ allSchemas: z.boolean(), schemas: z.array(z.string()), accounts: z.boolean() }),
  tables: z.array(
    tableNameSchema.extend({
      engine: z.string(),
      rows: count,
      /** False for engines without transactions: such a table is not from the snapshot, and not point-in-time. */
      transactional: z.boolean(),
      bytes: count,
      /** CHECKSUM TABLE in the snapshot, where that was asked for. */
      checksum: z.string().optional(),
    }),
  ),
  objects: z.object({
    schemas: count,
    tables: count,
    sequences: count,
    views: count,
    procedures: count,
    functions: count,
    /** Left out where there is none. */
    libraries: count.optional(),
    triggers: count,
    events: count,
    accounts: count,
    /** Of the views, those that were broken in the source: they are kept as comments. */
    brokenViews: count.optional(),
  }),
  parts: z.array(manifestPartSchema),
  /** Only of an incremental backup. */
  binlogs: binlogsSchema.optional(),
  /** Only of a schema backup that could be compared with the one before. */
  schemaChanges: keptChangesSchema.optional(),
  /** SHA-256 (hex) of what lies beside the set in plain. */
  plain: z.object({ recoverProgram: z.string(), guide: z.string() }),
  warnings: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Of a backup that holds none of its own. */
export const noObjects: Manifest['objects'] = {
  schemas: 0,
  tables: 0,
  sequences: 0,
  views: 0,
  procedures: 0,
  functions: 0,
  triggers: 0,
  events: 0,
  accounts: 0,
};

/** Total bytes before compression and as stored. */
export function manifestBytes({ parts, binlogs }: Pick<Manifest, 'parts' | 'binlogs'>): {
  raw: number;
  stored: number;
} {
  return parts.reduce((sum, part) => ({ raw: sum.raw + part.rawBytes, stored: sum.stored + part.storedBytes }), {
    raw: binlogs?.rawBytes ?? 0,
    stored: binlogs?.storedBytes ?? 0,
  });
}

/** What the tables may take on a server's disk: the source's own figures leave its secondary keys out, and are estimates. */
export function restoredBytes({ tables }: Pick<Manifest, 'tables'>): number {
  return Math.round(1.5 * tables.reduce((sum, table) => sum + table.bytes, 0));
}

export function manifestRows(manifest: Pick<Manifest, 'tables'>): number {
  return manifest.tables.reduce((sum, table) => sum + table.rows, 0);
}

/** `` `schema`.`table` `` with backticks doubled, as SQL wants it. */
export function quoteTable(table: TableName): string {
  return `${quoteName(table.schema)}.${quoteName(table.name)}`;
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** The name inside backticks. */
export function unquoteName(quoted: string): string {
  return quoted.slice(1, -1).replaceAll('``', '`');
}

import { Failure } from '../../domain/failure.ts';
import type { BinlogPosition } from '../../domain/manifest.ts';
import type { ServerDialect } from '../../domain/server-dialect.ts';
import type { Session } from './connection.ts';

/** Where the binlog stands while nobody writes. No position, no point-in-time recovery: without one the backup fails. */
export async function readPosition(lead: Session, dialect: ServerDialect): Promise<BinlogPosition> {
  const status = await readStatus(lead, dialect);
  // Read together with the position where it can be: table locks do not stop writes to other tables.
  const [gtid] =
    status.gtidSet === undefined ? await lead.query<{ gtidSet: string | null }>(dialect.gtidSet) : [status];
  return { file: status.file, offset: status.offset, gtidSet: oneLine(gtid?.gtidSet) };
}

/**
 * The same while others write: file, offset and GTID set are of one moment wherever the server tells that to this user. Elsewhere they are read
 * one after the other, and the set may be some transactions away.
 */
export async function readMovingPosition(lead: Session, dialect: ServerDialect): Promise<BinlogPosition> {
  const { logStatus, gtidSetAt } = dialect.oneMoment;
  try {
    if (logStatus !== undefined) {
      const [all] = await lead.query<{ file: string | null; offset: string; gtidSet: string }>(logStatus);
      if (all?.file) return { file: all.file, offset: Number(all.offset), gtidSet: oneLine(all.gtidSet) };
    }
    if (gtidSetAt !== undefined) {
      const { file, offset } = await readStatus(lead, dialect);
      const [gtid] = await lead.query<{ gtidSet: string | null }>(gtidSetAt, [file, offset]);
      if (gtid?.gtidSet != null) return { file, offset, gtidSet: oneLine(gtid.gtidSet) };
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'source-missing-grant') throw error;
  }
  return readPosition(lead, dialect);
}

interface Status {
  readonly file: string;
  readonly offset: number;
  /** Undefined where the server tells it elsewhere. */
  readonly gtidSet: string | undefined;
}

async function readStatus(lead: Session, dialect: ServerDialect): Promise<Status> {
  const [status] = await lead.query<Record<string, string>>(dialect.binlogStatus);
  if (status?.File) return { file: status.File, offset: Number(status.Position), gtidSet: status.Executed_Gtid_Set };
  throw new Failure('source-settings', 'The server writes no binlog, so the backup would have no position.', {
    hint: 'Start the server with log_bin, binlog_format=ROW; then run tidemark doctor.',
  });
}

function oneLine(gtidSet: string | null | undefined): string {
  return (gtidSet ?? '').replaceAll('\n', '');
}

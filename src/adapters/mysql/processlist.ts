import type { Session } from './connection.ts';

/** What one session of the server is busy with. */
export interface RunningSession {
  readonly id: number;
  readonly user: string;
  /** Where it comes from, without the port. */
  readonly host: string;
  readonly command: string;
  /** How long it has been in its state. */
  readonly seconds: number;
  readonly state: string;
  /** The schema it uses; empty before it has chosen one. */
  readonly schema: string;
  /** What it executes now; empty when it executes nothing. */
  readonly statement: string;
}

/**
 * Everybody's sessions but the asker's own, where its user has PROCESS; else those of its user.
 *
 * By SHOW and never from information_schema: MySQL refuses to read PROCESSLIST and INNODB_TRX there (3854, "Cannot convert
 * string") for as long as anybody runs a statement that holds a 4-byte character.
 */
export async function readProcesslist(session: Session): Promise<RunningSession[]> {
  const rows = await session.query<Record<string, string | number | null>>('SHOW FULL PROCESSLIST');
  return rows
    .map((row) => ({
      id: Number(row.Id),
      user: String(row.User ?? ''),
      host: String(row.Host ?? '').replace(/:\d+$/, ''),
      command: String(row.Command ?? ''),
      seconds: Number(row.Time ?? 0),
      state: String(row.State ?? ''),
      schema: String(row.db ?? ''),
      statement: String(row.Info ?? ''),
    }))
    .filter(({ id }) => id !== session.id);
}

/**
 * Whether the session of a dump has its snapshot: it opens that right after connecting, and only then chooses the schema
 * that it dumps. No other sign is as quick: a transaction shows in INNODB_TRX up to 100 ms late.
 */
export function hasSnapshot(dump: RunningSession): boolean {
  return dump.schema !== '';
}

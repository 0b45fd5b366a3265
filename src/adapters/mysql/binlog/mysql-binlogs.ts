import { serverDialect } from '../../../domain/server-dialect.ts';
import type { Binlogs } from '../../../ports/binlogs.ts';
import { openSession, type Session, withSession } from '../connection.ts';
import { readServerFacts } from '../server-facts.ts';
import type { SourceSettings } from '../settings.ts';
import { followBinlog } from './follow-binlog.ts';
import { readBinlogInventory, readExecutedBefore, readServerPosition } from './read-binlogs.ts';

/** The binlogs of a MySQL or MariaDB server, read by its own mysqlbinlog. */
export function createMysqlBinlogs(settings: SourceSettings): Binlogs {
  let kept: Promise<Kept> | undefined;

  async function letGo(): Promise<void> {
    const open = kept;
    kept = undefined;
    await open?.then(({ session }) => session.end()).catch(() => {});
  }

  return {
    inventory: () => withSession(settings, (session) => readBinlogInventory(session, settings.user)),
    executedBefore: (file) => withSession(settings, (session) => readExecutedBefore(session, file)),
    rotate: () => withSession(settings, async (session) => void (await session.query('FLUSH BINARY LOGS'))),
    follow: (start) => followBinlog(settings, start),
    close: letGo,

    async position() {
      kept ??= keepSession(settings);
      try {
        const { session, binlogStatus } = await kept;
        return await readServerPosition(session, binlogStatus);
      } catch (error) {
        await letGo();
        throw error;
      }
    },
  };
}

interface Kept {
  readonly session: Session;
  readonly binlogStatus: string;
}

async function keepSession(settings: SourceSettings): Promise<Kept> {
  const session = await openSession(settings);
  const { flavour, version } = await readServerFacts(session, settings.user);
  return { session, binlogStatus: serverDialect(flavour, version).binlogStatus };
}

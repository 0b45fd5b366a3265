import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../../domain/failure.ts';
import { accountName, readAccounts } from '../accounts.ts';
import { openSession, type Session, withSession } from '../connection.ts';
import type { ServerSettings } from '../settings.ts';
import type { Room } from './make-room.ts';
import type { ScratchPrograms } from './scratch-programs.ts';

const patienceMilliseconds = 120_000;

/**
 * Waits until the server lets root in, and leaves it with one account: ours, under a password that nobody has seen.
 * So every account that is there later came out of the backup.
 */
export async function openDoor(room: Room, programs: ScratchPrograms, signal: AbortSignal): Promise<ServerSettings> {
  const place = {
    name: room.name,
    section: 'scratch',
    host: 'localhost',
    port: 0,
    socketPath: room.socket,
    clientDir: programs.clientDir,
  };
  const login = { ...place, user: 'tidemark_scratch', password: randomBytes(18).toString('base64url') };
  const root = await enter({ ...place, user: 'root', password: '' }, room, signal);
  try {
    await root.query(`CREATE USER ${login.user}@localhost IDENTIFIED BY '${login.password}'`);
    await root.query(`GRANT ALL PRIVILEGES ON *.* TO ${login.user}@localhost WITH GRANT OPTION`);
    // ALL does not hold it, and root's own grants, which a backup brings, do.
    const anybody = programs.flavour === 'mysql' ? "''@''" : "''@'%'";
    await root.query(`GRANT PROXY ON ${anybody} TO ${login.user}@localhost WITH GRANT OPTION`);
  } finally {
    await root.end();
  }
  await withSession(login, async (session) => {
    for (const account of await readAccounts(session, programs.flavour)) {
      if (account.user !== login.user) await session.query(`DROP USER ${accountName(account)}`);
    }
    if (programs.flavour === 'mysql') await session.query('ALTER INSTANCE DISABLE INNODB REDO_LOG');
  });
  return login;
}

async function enter(settings: ServerSettings, room: Room, signal: AbortSignal): Promise<Session> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  for (;;) {
    if (signal.aborted) throw await withLog(signal.reason, room);
    try {
      return await openSession(settings);
    } catch (error) {
      if (performance.now() > giveUpAt) throw await withLog(error, room);
    }
    await pause(100);
  }
}

/** The server's own last words, for its log goes with it. */
async function withLog(error: unknown, { log }: Room): Promise<unknown> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => /error/i.test(line));
  if (lines.length === 0) return error;
  return new Failure('restore-failed', `The scratch server did not start: ${lines.slice(-3).join(' ')}`, {
    cause: error,
    hint: 'Mend what its log says, then run it again.',
  });
}

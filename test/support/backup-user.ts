import type { TestServer } from './database-server.ts';

/** Creates the user that Tidemark backs up with, holding exactly what that needs, or all of it but `without`. */
export async function createBackupUser(
  server: TestServer,
  { without = [] }: { without?: readonly string[] } = {},
): Promise<{ user: string; password: string }> {
  const [user, password] = ['tidemark', 'a "quoted" # pass\\word'];
  const privileges = backupPrivileges(server).filter((privilege) => !without.includes(privilege));
  await server.query("DROP USER IF EXISTS ?@'%'", [user]);
  await server.query("CREATE USER ?@'%' IDENTIFIED BY ?", [user, password]);
  await server.query(`GRANT ${privileges.join(', ')} ON *.* TO ?@'%'`, [user]);
  return { user, password };
}

function backupPrivileges({ flavour, series }: TestServer): string[] {
  const both = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'LOCK TABLES', 'RELOAD', 'PROCESS', 'REPLICATION SLAVE'];
  if (flavour === 'mysql') return [...both, 'REPLICATION CLIENT', 'BACKUP_ADMIN', 'SHOW_ROUTINE'];
  const [major = 0, minor = 0] = series.split('.').map(Number);
  const showsRoutines = major > 11 || (major === 11 && minor >= 3);
  return [...both, 'BINLOG MONITOR', ...(showsRoutines ? ['SHOW CREATE ROUTINE'] : [])];
}

import type { TestServer } from './database-server.ts';

/** Creates the user that approved steps on a source log in as, holding exactly what those need. */
export async function createRestoreUser(server: TestServer): Promise<{ user: string; password: string }> {
  const [user, password] = ['tidemark_restore', 'another "quoted" # pass\\word'];
  const both = [
    ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES', 'TRIGGER'],
    ...['LOCK TABLES', 'SHOW VIEW', 'EVENT', 'PROCESS', 'REPLICATION SLAVE'],
  ];
  const own =
    server.flavour === 'mysql'
      ? ['REPLICATION CLIENT', 'SET_ANY_DEFINER', 'SYSTEM_USER', 'SUPER']
      : ['BINLOG MONITOR', 'SET USER', 'SUPER'];
  await server.query("CREATE USER ?@'%' IDENTIFIED BY ?", [user, password]);
  await server.query(`GRANT ${[...both, ...own].join(', ')} ON *.* TO ?@'%'`, [user]);
  return { user, password };
}

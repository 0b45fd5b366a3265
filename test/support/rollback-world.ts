import { configuredApplication } from '../../src/adapters/application/configured-application.ts';
import { createMysqlTarget } from '../../src/adapters/mysql/mysql-target.ts';
import { scriptDirectory } from '../../src/adapters/rollback/script-directory.ts';
import { longestScript } from '../../src/domain/rollback/read-script.ts';
import type { Validation } from '../../src/domain/validation/validation.ts';
import {
  type AnnouncedMigration,
  endMigration,
  startMigration,
} from '../../src/operations/migration/announce-migration.ts';
import { type BackupWorld, type BackupWorldOptions, dba, openBackupWorld } from './backup-world.ts';
import type { TestServer } from './database-server.ts';

export interface RollbackWorldOptions extends BackupWorldOptions {
  /** Whom scripts run as. */
  readonly restorer: { readonly user: string; readonly password: string };
  /** The folder of rollback scripts. */
  readonly scripts: string;
  readonly validation?: Validation;
}

/** A backup world whose source can be led back. */
export async function openRollbackWorld({
  restorer,
  scripts,
  validation,
  ...options
}: RollbackWorldOptions): Promise<BackupWorld> {
  const world = await openBackupWorld(options);
  const { port, clientDir } = options.server;
  const alumni = createMysqlTarget({
    name: 'alumni',
    section: 'sources.alumni.restore',
    host: '127.0.0.1',
    port,
    clientDir,
    ...restorer,
  });
  return {
    ...world,
    ...(validation && { validations: new Map([[alumni.name, validation]]), application: configuredApplication() }),
    restorers: new Map([[alumni.name, alumni]]),
    rollbackScripts: new Map([[alumni.name, scriptDirectory({ path: scripts, longest: longestScript })]]),
  };
}

/** Who may change the schema `office`, and ask the server how it stands. */
export async function createScriptUser(server: TestServer): Promise<RollbackWorldOptions['restorer']> {
  const [user, password] = ['leads_back', 'l3ads'];
  const asks = server.flavour === 'mysql' ? 'REPLICATION CLIENT' : 'BINLOG MONITOR, SLAVE MONITOR';
  await server.query(`DROP USER IF EXISTS ${user}; CREATE USER ${user} IDENTIFIED BY '${password}';
    GRANT ALL ON office.* TO ${user}; GRANT ${asks} ON *.* TO ${user}`);
  await server.query('SET GLOBAL log_bin_trust_function_creators = ON');
  return { user, password };
}

/** Announces the beginning or the end of a migration, which must succeed. */
export async function announced(world: BackupWorld, what: 'start' | 'end', name: string) {
  const answer = (what === 'start' ? startMigration : endMigration)(world, { principal: dba, name });
  if (answer.kind === 'refused') throw new Error(JSON.stringify(answer));
  const { migration, outcome } = await (answer as AnnouncedMigration).done;
  if (!migration) throw new Error(JSON.stringify(outcome));
  return migration;
}

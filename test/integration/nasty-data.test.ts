import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/manifest.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { findingsOf, openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import {
  brokenViews,
  makeOddNames,
  nastyTables,
  nastyViews,
  oddNames,
  onlyMariadb,
  onlyMysql,
} from '../support/nasty-data.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

describe.each(everyFlavour)('nasty data of $name', (flavour) => {
  let server: TestServer;
  let target: TestServer;
  let login: { user: string; password: string };

  beforeAll(async () => {
    [server, target] = await Promise.all([startDatabaseServer({ flavour }), startDatabaseServer({ flavour })]);
    const connection = await server.connect();
    const own = flavour.flavour === 'mysql' ? onlyMysql : onlyMariadb;
    for (const statement of [...nastyTables, ...nastyViews, ...own]) await connection.query(statement);
    await makeOddNames(server);
    login = await createBackupUser(server);
  });
  afterAll(() => Promise.all([server?.stop(), target?.stop()]));

  it('is backed up, verified, and comes back on an empty server by the guide', async () => {
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    const manifest = await takeGoodFull(world);
    await verify(world);
    expect(findingsOf(world, manifest.id)).toEqual([]);

    expect(manifest.objects).toMatchObject({ schemas: oddNames.length + 2, procedures: oddNames.length + 1 });
    expect(manifest.warnings.join('\n')).toContain(
      '1 tables have an engine without transactions and are not point-in-time: nasty.myisam',
    );
    expect(manifest.warnings.join('\n')).toContain('2 views were broken');
    expect(tableOf(manifest, 'myisam')).toMatchObject({ transactional: false, engine: 'MyISAM' });

    await restoreByGuide(world, manifest.id, target);
    const [before, after] = [await describeServer(server), await describeServer(target)];
    for (const view of brokenViews) delete before[`VIEW \`nasty\`.\`${view}\``];
    expect(after).toEqual(before);
  });
});

function tableOf(manifest: Manifest, name: string) {
  return manifest.tables.find((table) => table.schema === 'nasty' && table.name === name);
}

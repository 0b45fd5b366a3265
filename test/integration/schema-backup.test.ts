import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { changeLines, changeWords } from '../../src/domain/schema-diff/change-words.ts';
import { diffSchemas } from '../../src/operations/diff-schemas.ts';
import { startBackup } from '../../src/operations/start-backup.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { dba, openBackupWorld, takeGood, takeGoodFull, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { asRestored, describeServer, type ServerDescription } from '../support/describe-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a schema backup of $name', (flavour) => {
  let server: TestServer;
  let login: Awaited<ReturnType<typeof createBackupUser>>;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await seedAlumni(server, { rows: 300 });
    await server.query(oddThings);
    login = await createBackupUser(server);
  });
  afterAll(() => server?.stop());

  const openWorld = async () => {
    const clock = manualClock(new Date());
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login, clock });
    onTestFinished(() => world.state.close());
    /** Ids of one second have no order. */
    const takeSchema = async () => {
      await clock.advance(1_000);
      return takeGood(world, 'schema');
    };
    return { world, takeSchema };
  };

  it('holds how everything is made, no row and no account, locks nothing, and restores by its own guide', async () => {
    const { world, takeSchema } = await openWorld();
    const manifest = await takeSchema();
    expect(manifest.parts.map(({ role }) => role)).toEqual(['structure', 'routines', 'views', 'triggers', 'events']);
    expect(manifest.lock).toMatchObject({ method: 'none', heldMilliseconds: 0 });
    expect(manifest.position.file).not.toBe('');
    expect(manifest.objects.accounts).toBe(0);
    expect(manifest.schemaChanges).toBeUndefined();
    expect(await verify(world, manifest.id)).toMatchObject({ kind: 'succeeded' });

    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    await restoreByGuide(world, manifest.id, target);
    const described = (one: TestServer) => describeServer(one, { accounts: false }).then(definitions);
    expect(await described(target)).toEqual(await described(server));
  });

  it('tells what a migration changed, and nothing else', async () => {
    const { world, takeSchema } = await openWorld();
    await takeSchema();
    const before = await takeSchema();
    expect(before.schemaChanges).toMatchObject({ total: 0, changes: [] });
    await server.query(migration);
    const after = await takeSchema();
    expect(after.schemaChanges?.since).toBe(before.id);
    expect(after.schemaChanges?.changes.map(changeWords)).toEqual(migrated);
    expect(after.schemaChanges?.changes.flatMap(changeLines)).toContain('  + `phone` varchar(20) DEFAULT NULL');

    const full = await takeGoodFull(world);
    const asked = { principal: dba, before: before.id, after: full.id };
    const diff = await diffSchemas(world, asked);
    if (diff.kind === 'refused') throw new Error(diff.reason);
    expect(diff.changes.map(changeWords)).toEqual(migrated);
    expect(await diffSchemas(world, { ...asked, before: after.id })).toMatchObject({ changes: [] });
    expect(await diffSchemas(world, { ...asked, before: 'none' })).toMatchObject({ reason: 'unknown-backup' });
  });

  it('waits for a full backup that was started before it, and both are good', async () => {
    const { world } = await openWorld();
    const [full, schema] = (['full', 'schema'] as const).map((kind) => {
      const started = startBackup(world, { principal: dba, kind, trigger: 'request' });
      if (started.kind === 'refused') throw new Error(started.reason);
      return started.done;
    });
    expect([await full, await schema]).toMatchObject([{ kind: 'succeeded' }, { kind: 'succeeded' }]);
    const [before] = world.state.catalog.list({ kind: 'full' });
    const [after] = world.state.catalog.list({ kind: 'schema' });
    expect(Date.parse(after?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before?.finishedAt ?? ''));
  });
});

/** Definitions alone, with events as they come in. */
function definitions(description: ServerDescription): unknown {
  return Object.fromEntries(
    Object.entries(asRestored(description)).map(([what, facts]) =>
      what.startsWith('TABLE ') ? [what, String([facts].flat()[0]).replace(/ AUTO_INCREMENT=\d+/, '')] : [what, facts],
    ),
  );
}

const oddThings = `
  CREATE DATABASE \`odd; name\`;
  CREATE TABLE \`odd; name\`.\`it's; a table\` (
    id INT AUTO_INCREMENT PRIMARY KEY,
    note VARCHAR(40) DEFAULT 'a; b'';' COMMENT 'first; line
DELIMITER //
last;',
    KEY z (note), KEY a (note, id)
  );
  CREATE PROCEDURE \`odd; name\`.\`don't\`() COMMENT 'it''s; fine' SELECT ';;', 'x';
`;

const migration = `
  INSERT INTO \`odd; name\`.\`it's; a table\` (note) VALUES ('one'), ('two');
  ALTER TABLE \`odd; name\`.\`it's; a table\` DROP KEY z, ADD KEY z (note);
  ALTER TABLE sgs_gita_alumni.users ADD phone VARCHAR(20);
  CREATE VIEW sgs_gita_alumni.phones AS SELECT id FROM sgs_gita_alumni.users;
  CREATE TABLE sgs_gita_alumni.extra (id INT PRIMARY KEY);
  DROP PROCEDURE \`odd; name\`.\`don't\`;
  CREATE PROCEDURE \`odd; name\`.\`don't\`() SELECT 'y';
`;
const migrated = [
  'table sgs_gita_alumni.extra added',
  'table sgs_gita_alumni.users changed',
  'view sgs_gita_alumni.phones added',
  "procedure odd; name.don't changed",
];

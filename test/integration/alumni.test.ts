import { describe, expect, it } from 'vitest';
import { alumniSchema, seedAlumni } from '../../scripts/demo/alumni.ts';
import { startWriteLoad } from '../../scripts/demo/write-load.ts';
import { makeBigTables } from '../support/big-table.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('the alumni database, $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('keeps emoji and other scripts byte for byte, also through a generated column', async () => {
    await seedAlumni(server, { rows: 600 });
    const [first] = await server.query<{ first: string; full: string; last: string }>(
      `SELECT HEX(first_name) AS first, HEX(full_name) AS full, HEX(last_name) AS last FROM ${alumniSchema}.user_profiles WHERE user_id = 1`,
    );
    expect(first?.first).toBe(Buffer.from('Zoë 🪷').toString('hex').toUpperCase());
    expect(first?.full).toBe(`${first?.first}20${first?.last}`);
  });

  it('has one object of every kind, and each works', async () => {
    await server.query(`CALL ${alumniSchema}.block_user(1)`);
    const changes = await server.query(`SELECT user_id, new_status FROM ${alumniSchema}.user_changes`);
    expect(changes).toContainEqual({ user_id: 1, new_status: 'blocked' });
    const [row] = await server.query<{ someone: number }>(
      `SELECT COUNT(*) > 0 AS someone FROM ${alumniSchema}.directory WHERE years_since BETWEEN 0 AND 60`,
    );
    expect(Number(row?.someone)).toBe(1);
    const events = await server.query(`SHOW EVENTS FROM ${alumniSchema}`);
    expect(events).toHaveLength(1);
  });

  it('has invitations from the last day, as the validation queries expect', async () => {
    const [recent] = await server.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM ${alumniSchema}.user_invitations WHERE created_at >= DATE_SUB(NOW(), INTERVAL 24 HOUR)`,
    );
    expect(recent?.n).toBeGreaterThan(0);
  });

  it('counts only what was committed while visitors write, also over a restart of the server', async () => {
    const load = startWriteLoad(server, { perSecond: 50 });
    await until(() => load.committed > 5);
    await server.restart();
    const before = load.committed;
    await until(() => load.committed > before + 5);
    await load.stop();
    const [row] = await server.query<{ n: number }>(
      `SELECT COUNT(DISTINCT note) AS n FROM ${alumniSchema}.donations WHERE note LIKE 'write load %'`,
    );
    expect(row?.n).toBe(load.committed);
  });

  it('gets big tables beside it', async () => {
    const rows = await makeBigTables(server, { megabytes: 2, tables: 2 });
    const [row] = await server.query<{ n: number; c: string }>('SELECT COUNT(*) AS n, MIN(c) AS c FROM big.sbtest2');
    expect(row?.n).toBe(rows);
    expect(row?.c).toMatch(/^(\d{11}-){9}\d{11}$/);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { type FirstLight, firstLight } from '../support/first-light.ts';

/** A table is dropped, and two people bring everything back to just before that, from Slack. */
describe('a recovery that two people do in Slack', () => {
  let scene: FirstLight;
  let target: TestServer;

  beforeAll(async () => {
    target = await startDatabaseServer({ flavour: 'mysql' });
    scene = await firstLight('mysql', { megabytes: 0, target });
    await scene.startBot();
  });
  afterAll(async () => {
    await scene?.close();
    await target?.stop();
  });

  it('shows the plan, refuses the requester, does what was approved, and tells everybody', async () => {
    const { slack, server, state, hears, whispers } = scene;
    await slack.as('asha').inviteApp('db-ops');
    await hears(/I look after the backups/);
    expect((await scene.tidemark('backup', 'full')).status).toBe(0);
    await server.query("UPDATE sgs_gita_alumni.donations SET note = 'after the backup' WHERE id = 1");
    const before = await describeServer(server, { accounts: false });
    const [executed] = await server.query<{ gtids: string }>('SELECT @@GLOBAL.gtid_executed AS gtids');
    const gtids = (executed?.gtids ?? '').replaceAll(/\s/g, '');
    await server.query('SET FOREIGN_KEY_CHECKS = 0; DROP TABLE sgs_gita_alumni.users');

    const asked = `/backup restore pitr to replacement until-gtid ${gtids}`;
    await expect
      .poll(
        async () => {
          if (state.recoveries.list().length === 0) await slack.as('asha').command(asked, { channel: 'db-ops' });
          return state.recoveries.list().length;
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBe(1);
    const card = await hears(/Point-in-time recovery of alumni onto replacement[\s\S]*Waits for 1 more/i);
    await slack.as('asha').click(card, 'run:0');
    await whispers('asha', /somebody else has to approve it/);
    await slack.as('dara').click(card, 'run:0');
    await whispers('dara', /You have approved it/);
    const ended = await hears(/✅ \*Point-in-time recovery[\s\S]*approved by dara/, 60_000);
    expect(ended.ts).toBe(card.ts);
    expect(slack.shownText(ended)).toContain('☑️ Replay the binlogs');
    const waited = { timeout: 15_000, interval: 50 };
    await expect.poll(() => slack.directMessages('asha').map(slack.shownText).join(), waited).toMatch(/: done/);
    await expect
      .poll(() => slack.directMessages('dara').map(slack.shownText).join(), waited)
      .toMatch(/onto replacement: done/);

    await slack.as('dara').click(ended, 'run:0');
    await expect.poll(() => state.recoveries.list()[0]?.eventsEnabled?.by, waited).toBe('dara');
    expect(await describeServer(target, { accounts: false })).toEqual(before);
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/domain/check.ts';
import { type FirstLight, firstLight } from '../support/first-light.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const day = 86_400_000;

/** Slack reaches the bot in two ways. The story is long, so that each server hears it in one of them. */
const tellings = everyFlavour.map((flavour, index) => ({
  flavour,
  name: flavour.name,
  transport: index % 2 === 0 ? ('socket-mode' as const) : ('http' as const),
}));

/** One story, told in order: each test goes on where the one before ended. */
describe.each(tellings)('first light on $name over $transport', ({ flavour, transport }) => {
  let scene: FirstLight;
  const verified = /✅ \*Full backup of alumni\* .* verified/;

  beforeAll(async () => {
    scene = await firstLight(flavour, { transport });
    await scene.startBot();
  });
  afterAll(() => scene?.close());

  const backups = () => scene.state.catalog.list().map(({ id }) => id);
  const newestJob = () => scene.state.jobs.list({ limit: 1 })[0];
  const setsOnDisk = () => readdirSync(join(scene.installation.folder, 'backups', 'alumni', 'full'));

  it('begins with a welcome that offers the first backup, which ends as a verified report', async () => {
    const { slack, hears } = scene;
    await slack.as('asha').inviteApp('db-ops');
    const welcome = await hears(/I look after the backups of \*alumni\*/);
    await slack.as('asha').click(welcome, 'run:0');
    await scene.whispers('asha', /Full backup of \*alumni\* started/);

    const frozen = await scene.freezeDump();
    await hears(/[▰▱]{16} \d+ %.*\n.*asked for by asha/);
    frozen.thaw();

    await hears(verified);
    expect(backups()).toHaveLength(1);
    expect(scene.said()).toHaveLength(2);
    expect(scene.said().join()).toContain(backups()[0]);
  });

  it('answers who asks: status, show, verify, and what they may not', async () => {
    const { slack, hears } = scene;
    const [id = ''] = backups();
    await slack.as('chen').command('/backup status');
    await hears(/🟢 \*alumni\*\nRecoverable to/);
    await slack.as('chen').command('/backup show latest');
    await hears(/Largest tables[\s\S]*sbtest1/);
    await slack.as('ben').command('/backup verify latest');
    await hears(/Verified: backup of alumni/);
    expect(newestJob()).toMatchObject({ kind: 'verification', startedBy: 'ben', backupId: id });

    await slack.as('chen').command('/backup whoami');
    await scene.whispers('chen', /viewer\nYou may look/);
    await slack.as('chen').command('/backup backup full');
    await scene.whispers('chen', /⛔ You may not do that to alumni: it takes the role operator/);
    expect(scene.state.jobs.running()).toEqual([]);
  });

  it('shows a backup that a shell takes, and refuses a second meanwhile, in Slack and in a shell', async () => {
    const { slack, tidemark, hears } = scene;
    const inShell = tidemark('backup', 'full', '--json');
    const frozen = await scene.freezeDump();
    await hears(/Full backup of alumni\* · dumping and storing[\s\S]*asked for by asha/);
    await slack.as('ben').command('/backup backup full');
    await scene.whispers('ben', /A full backup of alumni is already running, started .* by asha/);
    expect(await tidemark('backup', 'full')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`is running already: job ${frozen.job.id}, started by asha`),
    });
    frozen.thaw();
    const run = await inShell;
    expect(run, run.stderr).toMatchObject({ status: 0 });
    const { outcome } = JSON.parse(run.stdout) as { outcome: { backupId: string } };
    await hears(new RegExp(`✅ [\\s\\S]*${outcome.backupId}`));
    expect(backups()).toHaveLength(2);
  });

  it('outlives kill -9 in mid-dump: the job is reported as cut off, nothing false is listed, the next one is good', async () => {
    const { slack, hears } = scene;
    const before = backups();
    await slack.as('ben').command('/backup backup full');
    const { job } = await scene.freezeDump();
    scene.bot().kill('SIGKILL');
    await scene.bot().ended;
    expect(scene.programs()).not.toEqual([]);

    await scene.startBot();
    const alert = await hears(/Full backup was cut off/);
    expect(scene.state.jobs.get(job.id)?.outcome).toEqual({ kind: 'cut-off' });
    expect(scene.programs()).toEqual([]);
    expect(backups()).toEqual(before);
    expect(setsOnDisk().toSorted()).toEqual(before.toSorted());
    expect((await scene.tidemark('backups')).stdout).not.toContain(job.backupId);

    await slack.as('ben').click(alert, 'retry');
    await hears(/verified[\s\S]*run again by ben/);
    await hears(/alumni: made good/);
    expect(backups()).toHaveLength(before.length + 1);
  });

  it('alerts when the server dies in mid-dump; Retry asks who clicks', async () => {
    const { slack, server, hears } = scene;
    const before = backups();
    await slack.as('asha').command('/backup backup full');
    const frozen = await scene.freezeDump();
    await server.kill('SIGKILL');
    frozen.thaw();
    const alert = await hears(/ · alumni · [\s\S]*Full backup failed[\s\S]*\[Retry\]/);
    expect(alert.text.slice(0, 90)).toMatch(/(CRITICAL|WARNING) · alumni · /);
    expect(scene.programs()).toEqual([]);

    await server.restart();
    await slack.as('chen').click(alert, 'retry');
    await scene.whispers('chen', /You may not do that to alumni/);
    expect(scene.state.jobs.running()).toEqual([]);
    await slack.as('ben').click(alert, 'retry');
    await scene.whispers('ben', /Started again: \*alumni\*/);
    await expect.poll(() => slack.shownText(messageAt(alert.ts)), { timeout: 60_000 }).toContain('alumni: made good');
    expect(slack.actionIds(messageAt(alert.ts))).toEqual([]);
    expect(backups()).toHaveLength(before.length + 1);
  });

  it('names the part that is not as it was, in Slack and in a shell', async () => {
    const { slack, hears, tidemark } = scene;
    const [id = ''] = backups();
    flipOneByte(join(scene.installation.folder, 'backups', 'alumni', 'full', id));
    await slack.as('ben').command('/backup verify latest');
    const alert = await hears(
      new RegExp(`One thing in \`${id}\` is not as written[\\s\\S]*✗ parts/\\S+-data\\S* in primary: `),
    );
    expect(alert.text.slice(0, 90)).toMatch(/(CRITICAL|WARNING) · alumni · /);
    expect(slack.shownText(alert)).toContain('[Take a full backup]');
    expect(await tidemark('verify', 'latest')).toMatchObject({ status: 4, stderr: expect.stringMatching(/✗ parts/) });
    expect((await tidemark('backups')).stdout).toMatch(/BAD \(1 finding\)[\s\S]* is bad:\n {2}✗ parts/);
    await slack.as('chen').command(`/backup show ${id.slice(-4)}`);
    await hears(/🔴 found bad (just now|\d+ min ago)\n✗ parts/);
  });

  it('answers the test card that doctor posts', async () => {
    const { slack, hears, tidemark } = scene;
    const { checks } = JSON.parse((await tidemark('doctor', '--slack', '--json')).stdout) as { checks: Check[] };
    expect(checks.filter(({ id }) => id.startsWith('slack.')).map(({ state }) => state)).not.toContain('bad');
    expect(checks).toContainEqual(expect.objectContaining({ id: 'slack.test-card', state: 'good' }));
    await slack.as('dara').click(await hears(/Hello from Tidemark/), 'test-card');
    await scene.whispers('dara', /It works: your click reached me in/);
  });

  it('ends cleanly on SIGTERM in mid-dump: exit 0, the job stopped and said so, no program left', async () => {
    const { slack, hears } = scene;
    const before = backups();
    await slack.as('ben').command('/backup backup full');
    const { job } = await scene.freezeDump();
    scene.bot().kill('SIGTERM');
    expect(await scene.bot().ended).toBe(0);
    expect(scene.programs()).toEqual([]);
    expect(scene.state.jobs.get(job.id)?.outcome).toMatchObject({ kind: 'cancelled' });
    await hears(/Full backup of alumni\* · stopped before it was done/);
    expect(backups()).toEqual(before);
    expect(setsOnDisk().toSorted()).toEqual(before.toSorted());
    expect((await scene.tidemark('audit', 'verify')).status).toBe(0);
  });

  it('catches up at start on nights that it missed, once, and says which', async () => {
    const { slack, state, hears } = scene;
    const before = backups();
    const noon = Math.floor(Date.now() / day) * day - 3 * day + day / 2;
    const firstMissed = new Date(noon + (14 / 24) * day);
    state.due.put({ key: 'full:alumni', dueAt: firstMissed, handledUntil: new Date(noon) });
    await scene.startBot();
    const glance = await hears(/📅[\s\S]*✅ .*alumni: full backup.*runs missed while Tidemark was down/);
    const [report, ...more] = slack.thread(glance).map(slack.shownText);
    expect(more).toEqual([]);
    expect(report).toMatch(/verified[\s\S]*02:00 UTC, the last of [23] runs missed while Tidemark was down/);
    expect(backups()).toHaveLength(before.length + 1);
  });

  it('did nothing that Slack refuses', () => {
    expect(scene.slack.notices()).toEqual([]);
  });

  function flipOneByte(set: string): void {
    const files = readdirSync(set, { recursive: true, encoding: 'utf8' });
    const part = join(set, files.find((file) => /parts.\d+-data/.test(file)) ?? '');
    const bytes = readFileSync(part);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(part, bytes, { flush: true });
  }

  function messageAt(ts: string) {
    const found = scene.slack.messages('db-ops').find((message) => message.ts === ts);
    if (!found) throw new Error(`no message ${ts}`);
    return found;
  }
});

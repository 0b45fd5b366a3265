import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openState } from '../../src/adapters/state/open-state.ts';
import { runTidemark, type TidemarkRun } from '../support/run-tidemark.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const env = { TIDEMARK_DB_PASSWORD: '' };
/** Nobody listens on port 1. */
const init = ['init', '--source', 'alumni', '--port', '1'];

async function founded(...more: string[]): Promise<(...args: string[]) => ReturnType<typeof runTidemark>> {
  const cwd = temporaryDirectory();
  await runTidemark([...init, ...more], { cwd, env });
  return (...args) => runTidemark(args, { cwd, env });
}

describe('what was typed wrong exits 2 and says what was meant', () => {
  it.each([
    [['bakup'], /Unknown command 'bakup'\.\n.*Did you mean backup\?/],
    [['backup', 'fll'], /Unknown command 'fll'\.\n.*Did you mean full\?/],
    [['status', '--sorce', 'x'], /Unknown option '--sorce'\.\n.*Did you mean --source\?/],
    [['show'], /Missing required argument 'backup'/],
    [['backups', '--kind', 'half'], /Allowed choices are full, incremental, schema/],
    [['audit', 'list', '--limit', 'many'], /Write a whole number/],
    [[], /Which command\?/],
  ])('tidemark %j', async (args, said) => {
    const run = await runTidemark(args, { cwd: temporaryDirectory() });
    expect(run.stderr).toMatch(said);
    expect(run.stdout).toBe('');
    expect(run.status).toBe(2);
  });

  it('with --json as one document on standard output', async () => {
    const run = await runTidemark(['bakup', '--json'], { cwd: temporaryDirectory() });
    expect(JSON.parse(run.stdout)).toMatchObject({
      kind: 'failed',
      code: 'usage',
      message: "Unknown command 'bakup'.",
    });
    expect(run.status).toBe(2);
  });

  it('a crash point that is none', async () => {
    const cwd = temporaryDirectory();
    await runTidemark(init, { cwd, env });
    const run = await runTidemark(['status'], { cwd, env: { ...env, TIDEMARK_CRASH_AT: 'backup-lock-hold' } });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean backup-lock-held?') });
  });
});

describe('help', () => {
  it.each([['--help'], ['help', 'backup'], ['backup', 'full', '--help'], ['--version']])(
    '%s exits 0',
    async (...args) => {
      const run = await runTidemark(args, { cwd: temporaryDirectory() });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(run.stdout).toMatch(/Usage|\d+\.\d+\.\d+/);
    },
  );
});

describe('a configuration that is wrong exits 2', () => {
  it('when there is none', async () => {
    const run = await runTidemark(['status'], { cwd: temporaryDirectory() });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('tidemark init') });
  });

  it('with every mistake at its line', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'other.yaml'), 'sources: {}\nzebra: 1\n');
    const run = await runTidemark(['status', '--config', 'other.yaml'], { cwd });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/other\.yaml has 4 mistakes:\n {2}line 1: sources is empty/);
    expect(run.stderr).toContain('line 2: zebra is not known here');
  });

  it('when a secret is not there', async () => {
    const cwd = temporaryDirectory();
    await runTidemark(init, { cwd });
    const run = await runTidemark(['status'], { cwd });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('TIDEMARK_DB_PASSWORD, which is not set') });
  });
});

describe('init', () => {
  it('writes a configuration that works and a key that only its owner reads', async () => {
    const cwd = temporaryDirectory();
    const run = await runTidemark([...init, '--key-id', 'k-1', '--json'], { cwd, env });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ kind: 'founded', key: { id: 'k-1', copyAt: null } });
    expect(statSync(join(cwd, 'k-1.key')).mode & 0o777).toBe(0o600);
    expect((await runTidemark(['status'], { cwd, env })).status).toBe(0);
  });

  it('never writes over a configuration or a key', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'tidemark.yaml'), 'mine');
    expect(await runTidemark(init, { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining('already') });
    expect(readFileSync(join(cwd, 'tidemark.yaml'), 'utf8')).toBe('mine');
    expect(readdirSync(cwd)).toEqual(['tidemark.yaml']);

    writeFileSync(join(cwd, 'k-1.key'), 'mine');
    const run = await runTidemark([...init, '--key-id', 'k-1', '--config', 'new.yaml'], { cwd });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('never overwritten') });
    expect(existsSync(join(cwd, 'new.yaml'))).toBe(false);
  });

  it('remembers where the second copy of the key lies', async () => {
    const tidemark = await founded('--key-copy', 'the bank safe');
    expect((await tidemark('keys', 'list')).stdout).toContain('the bank safe');
  });

  it('makes whoever runs it admin where there is Slack, for somebody has to be', async () => {
    const cwd = temporaryDirectory();
    await runTidemark([...init, '--slack-channel', '#db-ops'], { cwd, env });
    const tokens = { SLACK_APP_TOKEN: 'xapp-1', SLACK_BOT_TOKEN: 'xoxb-1' };
    const run = await runTidemark(['whoami'], { cwd, env: { ...env, ...tokens } });
    expect(run.stdout).toContain('alumni: admin');
  });

  it('puts odd answers into quotes', async () => {
    const tidemark = await founded('--host', 'yes', '--user', 'a: b # "c"', '--slack-channel', '#db-ops');
    const run = await tidemark('doctor', '--json');
    const { checks } = JSON.parse(run.stdout) as { checks: { id: string; finding: string }[] };
    expect(checks.filter(({ id }) => id === 'configuration').map(({ finding }) => finding)).toEqual([
      expect.stringContaining('slack.appToken comes from'),
      expect.stringContaining('slack.botToken comes from'),
    ]);
  });
});

describe('refusals', () => {
  it('of people exit 3, name who grants more and stand in the audit log', async () => {
    const cwd = temporaryDirectory();
    await runTidemark(init, { cwd, env });
    const file = join(cwd, 'tidemark.yaml');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}\npeople: { asha: { os: nobody-else, roles: { "*": [admin] } } }\n`,
    );
    const run = await runTidemark(['backup', 'full'], { cwd, env });
    expect(run).toMatchObject({ status: 3, stderr: expect.stringMatching(/role operator or admin\.\n.*Ask asha/) });
    expect((await runTidemark(['whoami'], { cwd, env })).stdout).toContain('asha can grant it');

    const state = openState({ path: join(cwd, 'tidemark-state.db') });
    expect(state.audit.list().map(({ action }) => action)).toEqual(['command', 'take-backup.refused', 'command']);
    state.close();
  });

  it('of sources that are not there exit 2 and list those that are', async () => {
    const tidemark = await founded();
    const run = await tidemark('backups', 'alumi');
    expect(run).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/Did you mean `alumni`\?\n.*There is alumni/),
    });
    expect(JSON.parse((await tidemark('backups', 'alumi', '--json')).stdout)).toMatchObject({
      reason: 'unknown-source',
    });
  });

  it('for want of a backup exit 3', async () => {
    const tidemark = await founded();
    expect((await tidemark('verify', 'latest')).status).toBe(3);
  });
});

describe('faults', () => {
  it('a backup of a server that is away exits 1 with the next step', async () => {
    const tidemark = await founded();
    const run = await tidemark('backup', 'full', '--json');
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      kind: 'job',
      outcome: { kind: 'failed', failure: { code: 'source-unreachable' } },
    });
    expect(run.stderr).toContain('→');
  });

  it('a damaged key exits 2, and doctor goes on without it', async () => {
    const cwd = temporaryDirectory();
    await runTidemark([...init, '--key-id', 'k-1'], { cwd, env });
    writeFileSync(join(cwd, 'k-1.key'), 'tidemark-key-v1:k-1:AAAA:');
    expect(await runTidemark(['keys', 'list'], { cwd, env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cut short'),
    });
    const run = await runTidemark(['doctor'], { cwd, env });
    expect(run.status).toBe(1);
    expect(run.stdout).toMatch(/✗ k-1 .*cut short/);
    expect(run.stdout).toMatch(/✗ alumni .*ECONNREFUSED/);
    expect(run.stdout).toMatch(/✓ primary .*can be written/);
  });

  it('doctor finds a key that others may read', async () => {
    const cwd = temporaryDirectory();
    await runTidemark([...init, '--key-id', 'k-1'], { cwd, env });
    chmodSync(join(cwd, 'k-1.key'), 0o644);
    expect((await runTidemark(['doctor'], { cwd, env })).stdout).toMatch(/! k-1 .*mode.*\n {4}→ chmod 600/);
  });

  it('an audit log that was tampered with exits 4', async () => {
    const cwd = temporaryDirectory();
    await runTidemark(init, { cwd, env });
    await runTidemark(['status'], { cwd, env });
    expect((await runTidemark(['audit', 'verify'], { cwd, env })).status).toBe(0);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(cwd, 'tidemark-state.db'));
    database.exec(dropTriggers(database));
    database.exec("UPDATE audit SET actor = 'somebody else' WHERE sequence = 1");
    database.close();
    const run = await runTidemark(['audit', 'verify'], { cwd, env });
    expect(run).toMatchObject({ status: 4, stderr: expect.stringContaining('record 1') });
  });
});

/** The database guards its own log; whoever tampers would take that away first. */
function dropTriggers(database: import('node:sqlite').DatabaseSync): string {
  const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  return triggers.map(({ name }) => `DROP TRIGGER "${String(name)}";`).join('');
}

describe('start', () => {
  it('runs until SIGTERM, ends cleanly, and lets no second bot run beside it', async () => {
    const cwd = temporaryDirectory();
    await runTidemark(init, { cwd, env });
    let second: TidemarkRun | undefined;
    const first = await runTidemark(['start'], {
      cwd,
      env,
      async whileRunning({ saw, kill }) {
        await saw('Tidemark runs');
        second = await runTidemark(['start'], { cwd, env });
        kill('SIGTERM');
      },
    });
    expect(second).toMatchObject({ status: 3, stderr: expect.stringMatching(/already, as process \d+/) });
    expect(first.status).toBe(0);
    expect(first.stderr).toContain('Stopped');
  });
});

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { calendar } from '../../src/adapters/clock/calendar.ts';
import { loadConfiguration, readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';
import { configurationTemplate } from '../../src/domain/configuration-template.ts';

const example = new URL('../../examples/sgs-gita-alumni.yaml', import.meta.url).pathname;
const options = {
  env: {
    ALUMNI_DB_PASSWORD: '',
    SLACK_APP_TOKEN: 'xapp-1',
    SLACK_BOT_TOKEN: 'xoxb-1',
    PASSWORD: '',
    RESTORE_PASSWORD: '',
    ALUMNI_RESTORE_PASSWORD: '',
  },
  cronProblem: (cron: string, zone?: string) => calendar().problem(cron, zone),
  readers: 2,
};

it("the customer's document loads, with its schedule, retention, place and people", async () => {
  const settings = await loadConfiguration(example, options);
  expect(settings.schedules).toEqual({
    full: { cron: '0 2 * * *', keepDays: 30 },
    incremental: { cron: '0 */6 * * *', keepDays: 7, stream: true },
    schema: { cron: '0 3 * * 0', keepDays: 90 },
  });
  expect(settings.repositories.primary).toMatchObject({ type: 'local', path: '/var/lib/mysql/backup' });
  expect(settings.sources.map(({ name, schemas, accounts }) => ({ name, schemas, accounts }))).toEqual([
    { name: 'alumni', schemas: undefined, accounts: true },
  ]);
  expect(settings.sources[0]?.rollbacks).toBe('/opt/alumni/scripts/database');
  expect(settings.people?.['primary-dba']).toMatchObject({ email: 'admin@sgsgitaalumni.org', phone: '+1-555-0123' });
});

async function problemsOf(text: string): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-config-'));
  try {
    await writeFile(join(directory, 'tidemark.yaml'), text);
    return (await readConfiguration(join(directory, 'tidemark.yaml'), options)).problems.map(problemText);
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('what it has in comments is named as not built yet, and nothing else is wrong with it', async () => {
  const uncommented = readFileSync(example, 'utf8').replace(/^( *)# ( *(?:- \{|[a-z]+:(?: |$)).*)$/gm, '$1$2');
  const found = await problemsOf(uncommented);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((problem) => !/is not built yet/.test(problem))).toEqual([]);
});

it.each([undefined, '#db-ops'])('what init writes loads (Slack channel %s)', async (slackChannel) => {
  const text = configurationTemplate({
    source: 'main',
    host: 'null',
    port: 3306,
    user: 'it\'s "odd": #1',
    passwordEnv: 'PASSWORD',
    repository: '/srv/ñ & co',
    keyId: '2026',
    keyFile: '2026.key',
    cron: '0 2 * * *',
    osUser: 'a: b',
    ...(slackChannel !== undefined && { slackChannel }),
  });
  expect(await problemsOf(text)).toEqual([]);
});

it('what init writes in comments is right too', async () => {
  const text = configurationTemplate({
    source: 'main',
    host: 'h',
    port: 1,
    user: 'u',
    passwordEnv: 'PASSWORD',
    repository: 'r',
    keyId: 'k',
    keyFile: 'k.key',
    cron: '0 2 * * *',
    osUser: 'a: b',
  });
  const uncommented = text.replace(/^( *)# ( *[a-z][a-zA-Z]*:(?: |$).*)$/gm, '$1$2');
  expect(uncommented).toContain('\npeople:\n  asha:');
  expect(await problemsOf(uncommented)).toEqual([]);
});

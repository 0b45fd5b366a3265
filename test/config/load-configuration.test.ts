import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration, readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

const options = {
  env: { DB_PASSWORD: 's3cret', EMPTY: '', APP: 'xapp-1', BOT: 'xoxb-1', SIGNS: '8f742231b10e' },
  cronProblem: (cron: string) =>
    cron.split(' ').length === 5 ? undefined : 'should have five fields, like "0 2 * * *"',
  readers: 2,
};

const base = {
  sources: 'sources:\n  alumni: { host: db.example.org, user: tidemark, password: { env: DB_PASSWORD } }\n',
  repository: 'repository: { primary: { type: local, path: backups } }\n',
  encryption: 'encryption: { keys: [{ id: k-1, file: k-1.key }] }\n',
};
const withParts = (parts: Record<string, string>) => Object.values({ ...base, ...parts }).join('');

async function written(text: string): Promise<string> {
  const file = join(directory, 'tidemark.yaml');
  await writeFile(file, text);
  return file;
}
const problems = async (parts: Record<string, string>) =>
  (await readConfiguration(await written(withParts(parts)), options)).problems.map(problemText);
const load = async (parts: Record<string, string>) => loadConfiguration(await written(withParts(parts)), options);

const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

it('when a full disk is warned of is a duration, and may be left out', async () => {
  const at = (words: string) => `repository: { primary: { type: local, path: backups }${words} }\n`;
  expect((await load({})).warnWhenFullWithinDays).toBeUndefined();
  expect((await load({ repository: at(', warnWhenFullWithin: 2w') })).warnWhenFullWithinDays).toBe(14);
  expect(await problems({ repository: at(', warnWhenFullWithin: soon') })).toEqual([
    'line 3: repository.warnWhenFullWithin is no duration: write hours, days or weeks, like 12h, 30d or 6w',
  ]);
});

describe('a mistake is named with line, path and mend', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'a key with a slip of the pen',
      { sources: 'sources:\n  alumni:\n    host: a\n    usr: b\n    user: b\n    password: ""\n' },
      'line 4: sources.alumni.usr is not known here. Did you mean `user`?',
    ],
    [
      'a key out of nowhere',
      { x: 'zebra: 1\n' },
      'line 5: zebra is not known here. Known are sources, repository, encryption, schedules, people, slack, state, backups, scratch, validation, targets, approvals and rollbacks.',
    ],
    [
      'what is not built yet',
      { x: 'drills: {}\n' },
      'line 5: drills is not built yet: it comes with drills. Comment it out until then.',
    ],
    [
      'a port out of range',
      { sources: 'sources:\n  alumni:\n    { host: a, user: b, password: "", port: 70000 }\n' },
      'line 3: sources.alumni.port should be a port between 1 and 65535, like 3306',
    ],
    [
      'a missing user',
      { sources: 'sources:\n  alumni: { host: a, password: "" }\n' },
      'line 2: sources.alumni.user is missing: write the user to log in with',
    ],
    [
      'a missing host',
      { sources: 'sources:\n  alumni: { user: b, password: "" }\n' },
      'line 2: sources.alumni.host is missing: write the name or address of the server, or its socketPath',
    ],
    [
      'a bad source name',
      { sources: 'sources:\n  Alumni DB: { host: a, user: b, password: "" }\n' },
      'line 2: sources.Alumni DB cannot name a source: use up to 32 of a-z, 0-9, - and _, beginning with a letter or digit',
    ],
    ['no source', { sources: 'sources: {}\n' }, 'line 1: sources is empty: name at least one server to back up'],
    [
      'a password in the open',
      { sources: 'sources:\n  alumni: { host: a, user: b, password: hunter2 }\n' },
      'line 2: sources.alumni.password is a secret written in the open, where everybody who sees this file reads it: write { env: NAME } or { file: PATH }',
    ],
    [
      'a missing password',
      { sources: 'sources:\n  alumni: { host: a, user: b }\n' },
      'line 2: sources.alumni.password is missing: write { env: NAME } or { file: PATH }',
    ],
    [
      'a variable that is not set',
      { sources: 'sources:\n  alumni: { host: a, user: b, password: { env: NOBODY } }\n' },
      'line 2: sources.alumni.password comes from the environment variable NOBODY, which is not set: set it, even to nothing',
    ],
    [
      'a wrong cron',
      { s: 'schedules:\n  full: { cron: "0 2 * *", keep: 30d }\n' },
      'line 6: schedules.full.cron should have five fields, like "0 2 * * *"',
    ],
    [
      'a wrong duration',
      { s: 'schedules:\n  full: { cron: "0 2 * * *", keep: 30 days }\n' },
      'line 6: schedules.full.keep is no duration: write hours, days or weeks, like 12h, 30d or 6w',
    ],
    [
      'a wrong cron expression of schema backups',
      { s: 'schedules:\n  schema: { cron: "0 3 * *", keep: 90d }\n' },
      expect.stringContaining('line 6: schedules.schema.cron'),
    ],
    [
      'a store that there is not',
      { repository: 'repository: { primary: { type: ftp, path: x } }\n' },
      'line 3: repository.primary.type should be local or s3',
    ],
    [
      'a store without a kind',
      { repository: 'repository: { primary: { path: x } }\n' },
      'line 3: repository.primary.type is missing: write local or s3',
    ],
    [
      'a bucket that cannot be one',
      { repository: 'repository: { primary: { type: s3, bucket: Some_Bucket } }\n' },
      'line 3: repository.primary.bucket should be the name of a bucket: 3 to 63 of a-z, 0-9, dots and dashes',
    ],
    [
      'a KMS key without KMS',
      { repository: 'repository: { primary: { type: s3, bucket: some-bucket, kmsKeyId: alias/x } }\n' },
      'line 3: repository.primary.kmsKeyId needs sse: aws:kms beside it',
    ],
    [
      'credentials in an endpoint',
      { repository: 'repository: { primary: { type: s3, bucket: some-bucket, endpoint: "https://a:b@x.org" } }\n' },
      'line 3: repository.primary.endpoint holds credentials: they come from the environment or a profile',
    ],
    [
      'two keys of one id',
      { encryption: 'encryption:\n  keys:\n    - { id: a, file: x }\n    - { id: a, file: y }\n' },
      'line 7: encryption.keys[1].id is the id of two keys, a: give each its own',
    ],
    [
      'a key without a place',
      { encryption: 'encryption:\n  keys:\n    - { id: a }\n' },
      'line 6: encryption.keys[0].file is missing: write the path of a key file, tidemark init makes one; or kms: and the ARN of a key in AWS KMS',
    ],
    [
      'a key in two places',
      { encryption: `encryption:\n  keys:\n    - { id: a, file: x, kms: "${arn}" }\n` },
      'line 6: encryption.keys[0].kms stands beside file: give each key an entry of its own',
    ],
    [
      'an alias, which can be pointed elsewhere',
      { encryption: `encryption:\n  keys:\n    - { id: a, kms: "${arn.replace(/key\/.*/, 'alias/backups')}" }\n` },
      "line 6: encryption.keys[0].kms should be the key's own ARN, not that of an alias, which can be pointed elsewhere: aws kms describe-key --key-id ALIAS prints it",
    ],
    [
      'an endpoint for a file',
      { encryption: 'encryption:\n  keys:\n    - { id: a, file: x, endpoint: "http://127.0.0.1:1" }\n' },
      'line 6: encryption.keys[0].endpoint is of AWS KMS, and a file has none: take it out',
    ],
    [
      'a first key that is not to encrypt',
      { encryption: 'encryption:\n  keys:\n    - { id: a, file: x, encrypts: false }\n' },
      'line 6: encryption.keys[0].encrypts is false, but the first key always encrypts: put another one first',
    ],
    [
      'one Slack account of two people',
      { people: 'people:\n  a: { slack: U01, roles: {} }\n  b: { slack: U01, roles: {} }\n' },
      'line 7: people.b.slack belongs to two people, U01: one account is one person',
    ],
    [
      'one login of two people',
      { people: 'people:\n  a: { os: root, roles: {} }\n  b: { os: root, roles: {} }\n' },
      'line 7: people.b.os belongs to two people, root: one account is one person',
    ],
    [
      'a role on a source that is none',
      { people: 'people:\n  a: { roles: { alumi: [admin] } }\n' },
      'line 6: people.a.roles.alumi is not a source. Did you mean `alumni`?',
    ],
    [
      'a role that is none',
      { people: 'people:\n  a: { roles: { alumni: [owner] } }\n' },
      'line 6: people.a.roles.alumni[0] should be viewer, operator, approver or admin',
    ],
    [
      'a bot token in the place of the other',
      { slack: 'slack: { channel: "#db", appToken: { env: BOT }, botToken: { env: BOT } }\n' },
      'line 5: slack.appToken holds something else: such a token begins with xapp-',
    ],
    [
      'no way to Slack',
      { slack: 'slack: { channel: "#db", botToken: { env: BOT } }\n' },
      'line 5: slack.appToken is missing: write { env: NAME } for Socket Mode, or signingSecret and port for HTTP',
    ],
    [
      'two ways to Slack',
      {
        slack:
          'slack: { channel: "#db", botToken: { env: BOT }, appToken: { env: APP }, signingSecret: { env: SIGNS }, port: 3001 }\n',
      },
      'line 5: slack.signingSecret is for HTTP and appToken for Socket Mode: leave one of the two ways out',
    ],
    [
      'a signing secret without a port',
      { slack: 'slack: { channel: "#db", botToken: { env: BOT }, signingSecret: { env: SIGNS } }\n' },
      'line 5: slack.port is missing: write the port to listen at, like 3001',
    ],
    [
      'a port without a signing secret',
      { slack: 'slack: { channel: "#db", botToken: { env: BOT }, port: 3001 }\n' },
      'line 5: slack.signingSecret is missing: write { env: NAME } or { file: PATH }',
    ],
    ...['BOT', 'EMPTY'].map((variable): [string, Record<string, string>, string] => [
      `a signing secret that is none (${variable})`,
      {
        slack: `slack: { channel: "#db", botToken: { env: BOT }, signingSecret: { env: ${variable} }, port: 3001 }\n`,
      },
      'line 5: slack.signingSecret holds no signing secret: Slack shows it under Basic Information, App Credentials',
    ]),
    [
      'a doubled key',
      { x: 'state: { path: a }\nstate: { path: b }\n' },
      'line 6: is not YAML: Map keys must be unique',
    ],
    ['a missing section', { encryption: '' }, 'line 1: encryption is missing: write a mapping with keys'],
    [
      'too many processes',
      { b: 'backups: { processes: 17 }\n' },
      'line 5: backups.processes should be how many mysqldump processes a backup may use, 1 to 16',
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await problems(parts)).toEqual([expected]);
  });

  it('all of them are named at once, and no secret with them', async () => {
    const found = load({
      sources: 'sources:\n  alumni: { host: a, usr: b, user: 7, password: hunter2 }\n',
      x: 'zebra: 1\n',
    });
    await expect(found).rejects.toMatchObject({ code: 'configuration', exitStatus: 2 });
    const message = await found.catch((error: Error) => error.message);
    expect(message).toContain('has 4 mistakes');
    for (const path of ['alumni.usr', 'alumni.user', 'alumni.password', 'zebra']) expect(message).toContain(path);
    expect(message).not.toContain('hunter2');
  });

  it('a missing file says how to write one', async () => {
    await expect(loadConfiguration(join(directory, 'none.yaml'), options)).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('tidemark init'),
    });
  });

  it('an empty file is told what it should hold', async () => {
    const { problems } = await readConfiguration(await written('\n'), options);
    expect(problems.map(problemText)[0]).toContain('should be a mapping with sources, repository');
  });
});

describe('a good configuration', () => {
  it('has its defaults filled in and its paths made absolute', async () => {
    const settings = await load({ s: 'schedules: { full: { cron: "0 2 * * *", keep: 2w } }\n' });
    expect(settings).toEqual({
      file: join(directory, 'tidemark.yaml'),
      sources: [
        { name: 'alumni', host: 'db.example.org', port: 3306, user: 'tidemark', password: 's3cret', accounts: true },
      ],
      repositories: { primary: { name: 'primary', type: 'local', path: join(directory, 'backups') }, copies: [] },
      keys: [{ id: 'k-1', file: join(directory, 'k-1.key'), encrypts: true }],
      schedules: { full: { cron: '0 2 * * *', keepDays: 14 } },
      statePath: join(directory, 'tidemark-state.db'),
      targets: [],
      approvals: { rules: {}, stakeholders: [] },
      spoolPath: join(directory, 'tidemark-spool'),
      backups: { processes: 8, readers: 2, verifyAfter: true, checksums: false },
    });
  });

  it('streams binlogs where there are incremental backups, unless told not to', async () => {
    const schedule = (more: string) => ({
      s: `schedules: { incremental: { cron: "0 */6 * * *", keep: 7d${more} } }\n`,
    });
    expect((await load(schedule(''))).schedules.incremental).toEqual({
      cron: '0 */6 * * *',
      keepDays: 7,
      stream: true,
    });
    expect((await load(schedule(', stream: false'))).schedules.incremental).toMatchObject({ stream: false });
  });

  it('spools where it is told to', async () => {
    const settings = await load({ state: 'state: { path: var/state.db, spool: /srv/spool }\n' });
    expect(settings.spoolPath).toBe('/srv/spool');
    expect((await load({ state: 'state: { path: var/state.db }\n' })).spoolPath).toBe(
      join(directory, 'var', 'tidemark-spool'),
    );
  });

  it.each(['""', '{ env: EMPTY }'])('may have the empty password %s', async (password) => {
    const settings = await load({ sources: `sources:\n  a: { socketPath: s, user: b, password: ${password} }\n` });
    expect(settings.sources[0]).toMatchObject({ password: '', socketPath: join(directory, 's') });
  });

  it('takes a secret from a file, without the line end', async () => {
    await writeFile(join(directory, 'secret'), 'from file\n');
    const settings = await load({ sources: 'sources:\n  a: { host: h, user: b, password: { file: secret } }\n' });
    expect(settings.sources[0]?.password).toBe('from file');
  });

  it('takes a bucket as it is written', async () => {
    const settings = await load({
      repository:
        'repository: { primary: { type: s3, bucket: alumni-backups, prefix: a/prod, region: eu-west-1, sse: aws:kms, kmsKeyId: alias/b } }\n',
    });
    expect(settings.repositories.primary).toEqual({
      name: 'primary',
      type: 's3',
      bucket: 'alumni-backups',
      prefix: 'a/prod',
      region: 'eu-west-1',
      sse: 'aws:kms',
      kmsKeyId: 'alias/b',
    });
  });

  it('takes keys from files and of AWS KMS; the first encrypts, and those that say so', async () => {
    const settings = await load({
      encryption: `encryption:\n  keys:\n    - { id: cloud, kms: "${arn}", endpoint: "http://127.0.0.1:1" }\n    - { id: a, file: x, encrypts: true }\n    - { id: b, file: y }\n`,
    });
    expect(settings.keys).toEqual([
      { id: 'cloud', kms: arn, endpoint: 'http://127.0.0.1:1', encrypts: true },
      { id: 'a', file: join(directory, 'x'), encrypts: true },
      { id: 'b', file: join(directory, 'y'), encrypts: false },
    ]);
  });

  it('knows Slack and people', async () => {
    const settings = await load({
      slack:
        'slack: { channel: "#db", appToken: { env: APP }, botToken: { env: BOT }, apiUrl: "http://127.0.0.1:1/api/" }\n',
      people: 'people: { asha: { slack: U012AB3CD, os: asha, phone: "+1", roles: { alumni: [admin, approver] } } }\n',
    });
    expect(settings.slack).toEqual({
      channel: '#db',
      botToken: 'xoxb-1',
      transport: { kind: 'socket-mode', appToken: 'xapp-1' },
      apiUrl: 'http://127.0.0.1:1/api/',
    });
    expect(settings.people?.asha?.roles).toEqual({ alumni: ['admin', 'approver'] });
  });

  it('knows Slack over HTTP, where only a proxy on this machine reaches it unless a host is named', async () => {
    const slack = (host: string) =>
      `slack: { channel: "#db", botToken: { env: BOT }, signingSecret: { env: SIGNS }, port: 3001${host} }\n`;
    const transport = { kind: 'http', signingSecret: '8f742231b10e', host: '127.0.0.1', port: 3001 };
    expect((await load({ slack: slack('') })).slack?.transport).toEqual(transport);
    const everywhere = await load({ slack: slack(', host: 0.0.0.0') });
    expect(everywhere.slack?.transport).toEqual({ ...transport, host: '0.0.0.0' });
  });
});

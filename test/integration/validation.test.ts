import { createServer } from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { configuredApplication } from '../../src/adapters/application/configured-application.ts';
import { createScratch } from '../../src/adapters/mysql/scratch/create-scratch.ts';
import type { ChecklistItem, ValidationReport } from '../../src/domain/checklist/checklist.ts';
import {
  type ApplicationCheck,
  noValidation,
  type Validation,
  type ValidationQuery,
} from '../../src/domain/validation/validation.ts';
import { validateSource } from '../../src/operations/validation/validate-source.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, dba, openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

const usual = { schema: 'sgs_gita_alumni', limitMilliseconds: 30_000, columns: [], recent: false } as const;
const recent: ValidationQuery = {
  ...usual,
  name: 'recent invitations',
  sql: 'SELECT COUNT(*) AS recent FROM user_invitations WHERE created_at >= DATE_SUB(NOW(), INTERVAL 24 HOUR)',
  expectation: { of: 'value', is: { kind: 'atLeast', least: 1 } },
  recent: true,
};
const users: ValidationQuery = {
  ...usual,
  name: 'users',
  sql: 'SELECT COUNT(*) FROM users',
  expectation: { of: 'value', is: { kind: 'withinPercent', percent: 0 } },
};
const emails: ValidationQuery = {
  ...usual,
  name: 'emails',
  sql: 'SELECT id, email FROM users ORDER BY id LIMIT 40',
  expectation: { of: 'rows', is: { kind: 'equals', value: '40' } },
  columns: ['id'],
};
const dated: ValidationQuery = {
  ...users,
  name: 'dated',
  sql: "SELECT COUNT(*) FROM user_invitations WHERE created_at > '2021-01-01'",
};
const quick = {
  ...usual,
  name: 'newest',
  sql: 'SELECT id FROM user_invitations ORDER BY created_at DESC LIMIT 9',
  slowerBy: 1_000,
};
const command = (line: string, on: ApplicationCheck['on'] = ['source', 'scratch']): ApplicationCheck => ({
  name: 'check',
  kind: 'command',
  command: ['/bin/sh', '-c', line],
  limitMilliseconds: 10_000,
  on,
});

describe.each(everyFlavour)('validation on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  beforeAll(() => seedAlumni(server, { rows: 600 }));

  async function openWorld(validation: Partial<Validation> = {}): Promise<BackupWorld> {
    const { serverDir, clientDir } = flavour;
    const directory = temporaryDirectory();
    const dirs = { serverDirs: [serverDir], clientDirs: [clientDir], dir: `${directory}/scratch` };
    const scratch = createScratch({ ...dirs, maxBytes: 2 ** 30, maxServers: 1 });
    const world = await openBackupWorld({ directory, server, login: await createBackupUser(server), scratch });
    onTestFinished(() => world.state.close());
    const validations = new Map([['alumni', { ...noValidation, ...validation }]]);
    return { ...world, validations, application: configuredApplication() };
  }

  async function validated(world: BackupWorld): Promise<ValidationReport> {
    const answer = await validateSource(world, { principal: dba, signal: new AbortController().signal });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    return answer.report;
  }
  const item = ({ checklist }: ValidationReport, topic: ChecklistItem['topic']) =>
    checklist.find((one) => one.topic === topic);
  const states = ({ checklist }: ValidationReport) => checklist.map(({ topic, state }) => `${topic}: ${state}`);

  it('ticks nothing that nobody looked at', async () => {
    const report = await validated(await openWorld());
    expect(states(report)).toEqual([
      'recent-data: unknown',
      'application: unknown',
      'performance: unknown',
      'backup-integrity: unknown',
      'tables: ticked',
      'foreign-keys: ticked',
    ]);
  });

  it('says what a source has that it should not, and never a value', async () => {
    await server.query(
      `DROP DATABASE IF EXISTS wrong; CREATE DATABASE wrong;
       CREATE TABLE wrong.parent (id INT PRIMARY KEY) ENGINE=InnoDB;
       CREATE TABLE wrong.child (id INT PRIMARY KEY, parent INT, email VARCHAR(99), FOREIGN KEY (parent) REFERENCES wrong.parent (id)) ENGINE=InnoDB;
       SET SESSION foreign_key_checks = 0; INSERT INTO wrong.child VALUES (1, 7, 'asha@example.org'), (2, NULL, 'b'), (3, 8, 'c')`,
    );
    onTestFinished(() => server.query('DROP DATABASE wrong').then(() => undefined));
    const world = await openWorld({
      queries: [
        { ...recent, sql: 'SELECT COUNT(*) FROM users WHERE created_at > NOW() + INTERVAL 1 YEAR' },
        { ...emails, expectation: { of: 'rows', is: { kind: 'equals', value: '3' } } },
      ],
      application: [
        command('exit 3'),
        {
          name: 'health',
          kind: 'http',
          url: `http://127.0.0.1:${await freePort()}/`,
          method: 'GET',
          status: 200,
          limitMilliseconds: 5_000,
          on: ['source'],
        },
      ],
      performance: [{ ...quick, sql: 'SELECT nothing FROM users' }],
    });
    const report = await validated(world);
    expect(states(report).slice(0, 4)).toEqual([
      'foreign-keys: not-ticked',
      'recent-data: not-ticked',
      'application: not-ticked',
      'performance: not-ticked',
    ]);
    expect(item(report, 'foreign-keys')?.evidence).toEqual([
      expect.stringMatching(/^2 rows point nowhere: `wrong`\.`child` \(parent\) → `wrong`\.`parent`/),
    ]);
    expect(item(report, 'application')?.evidence).toEqual([
      expect.stringMatching(/^check: ended with 3/),
      expect.stringMatching(/^health: no answer: ECONNREFUSED/),
    ]);
    expect(report.queries[1]).toMatchObject({
      verdict: 'missed',
      finding: '40 rows, expected 3 rows',
      columns: ['id'],
    });
    expect(JSON.stringify(report)).not.toContain('example.org');
  });

  it('proves a backup by what is in it, as of its moment, and is kept beside it', async () => {
    const health = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
    onTestFinished(() => void health.close());
    await new Promise((resolve) => health.once('listening', resolve));
    const { port } = health.address() as { port: number };
    const world = await openWorld({
      queries: [recent, users, emails, dated],
      performance: [quick],
      application: [
        command('test "$TIDEMARK_PLACE" = source || test -S "$TIDEMARK_SOCKET"'),
        {
          name: 'health',
          kind: 'http',
          url: `http://127.0.0.1:${port}/`,
          method: 'GET',
          status: 204,
          limitMilliseconds: 5_000,
          on: ['scratch'],
        },
      ],
    });
    expect(states(await validated(world)).slice(0, 1)).toEqual(['backup-integrity: unknown']);
    const { id } = await takeGoodFull(world);
    await server.query('UPDATE sgs_gita_alumni.user_invitations SET created_at = "2020-01-01"');
    onTestFinished(() => seedAlumni(server, { rows: 600 }));

    expect(await verify(world, id, { deep: true })).toEqual({ kind: 'succeeded', backupId: id });
    const report = world.state.catalog.get(id)?.validation;
    if (!report) throw new Error('It is not kept.');
    expect(report.checklist.filter(({ state }) => state !== 'ticked')).toEqual([]);
    expect(report.queries.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      'recent invitations: met',
      'users: met',
      'emails: met',
      // The backup is good: that the source has become another is said beside it.
      'dated: missed',
    ]);
    expect(report.queries[3]?.finding).toBe('100; the source has 0, 0 % may be between them');
    expect(report.queries[2]?.rows).toHaveLength(40);
    expect(item(report, 'tables')?.evidence[0]).toMatch(
      /^\d+ tables read and counted: as many rows as were backed up$/,
    );
    expect(item(await validated(world), 'recent-data')?.state).toBe('not-ticked');
    expect(JSON.stringify(report)).not.toContain('example.org');
  });
});

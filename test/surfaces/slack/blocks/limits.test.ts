import { describe, expect, test } from 'vitest';
import { backupReport } from '../../../../src/domain/backup-report.ts';
import { Failure } from '../../../../src/domain/failure.ts';
import type { Job } from '../../../../src/domain/job.ts';
import { type Manifest, manifestSchema } from '../../../../src/domain/manifest.ts';
import { type PrunePlan, prunePlan } from '../../../../src/domain/retention/prune-plan.ts';
import type { PruneReport } from '../../../../src/domain/retention/prune-report.ts';
import { keptChanges, type SchemaChange } from '../../../../src/domain/schema-diff/schema-change.ts';
import { type SourceStatus, sourceStatus } from '../../../../src/domain/status.ts';
import type { MeasuredStorage } from '../../../../src/operations/measure-storage.ts';
import { checkBlocks } from '../../../../src/playground/blocks/check-blocks.ts';
import { backupDetailsMessage } from '../../../../src/surfaces/slack/blocks/backup-details.ts';
import { backupsMessage } from '../../../../src/surfaces/slack/blocks/backups.ts';
import { dailyGlanceMessage } from '../../../../src/surfaces/slack/blocks/daily-glance.ts';
import {
  alertTitle,
  badBackupMessage,
  cancelledJobMessage,
  failedInThreadMessage,
  failedJobMessage,
  failedReplyMessage,
} from '../../../../src/surfaces/slack/blocks/failed-job.ts';
import { failureMessage } from '../../../../src/surfaces/slack/blocks/failure.ts';
import { finishedBackupMessage } from '../../../../src/surfaces/slack/blocks/finished-backup.ts';
import { finishedVerificationMessage } from '../../../../src/surfaces/slack/blocks/finished-verification.ts';
import { unknownCommandMessage } from '../../../../src/surfaces/slack/blocks/help.ts';
import type { Message } from '../../../../src/surfaces/slack/blocks/message.ts';
import { code, escapeMrkdwn } from '../../../../src/surfaces/slack/blocks/mrkdwn.ts';
import { progressBar } from '../../../../src/surfaces/slack/blocks/progress-bar.ts';
import { prunedMessage, prunePlanMessage } from '../../../../src/surfaces/slack/blocks/prune.ts';
import { choosing, refusalMessage } from '../../../../src/surfaces/slack/blocks/refusal.ts';
import { runningJobMessage } from '../../../../src/surfaces/slack/blocks/running-job.ts';
import { schemaDiffMessage } from '../../../../src/surfaces/slack/blocks/schema-diff.ts';
import { shreddedBackupMessage } from '../../../../src/surfaces/slack/blocks/shredded-backup.ts';
import { statusMessage } from '../../../../src/surfaces/slack/blocks/status.ts';
import { storageMessage } from '../../../../src/surfaces/slack/blocks/storage.ts';
import { welcomeMessage } from '../../../../src/surfaces/slack/blocks/welcome.ts';
import { whoAmIMessage } from '../../../../src/surfaces/slack/blocks/who-am-i.ts';
import { catalogued } from '../../../support/catalogued.ts';

/** The worst that databases and people may bring. */
const emojis = '👨‍👩‍👧‍👦'.repeat(64);
const nasty = `<!channel> *b* _i_ \`c\` & </script> ${emojis}`;
const endless = nasty.repeat(200);
const longestSource = 's'.repeat(32);
const now = new Date('2026-11-23T05:01:00Z');
const id = `20261123T020000Z-full-${longestSource}-x7k2`;
const failure = { code: 'internal', message: endless, hint: endless, retryable: false };

const changes: SchemaChange[] = Array.from({ length: 500 }, (_, index) => ({
  kind: 'table',
  schema: nasty,
  name: `${index}${nasty}`,
  what: 'changed',
  gone: Array(60).fill(endless),
  come: Array(60).fill(`\`\`\`${nasty}`),
}));

const job: Job = {
  id: 'j1',
  kind: 'full-backup',
  source: longestSource,
  startedBy: nasty,
  trigger: 'request',
  startedAt: new Date('2026-11-23T02:00:00Z'),
  finishedAt: new Date('2026-11-23T05:00:00Z'),
  backupId: id,
  progress: {
    step: 'dumping',
    doneBytes: 9e15,
    totalBytes: 8e15,
    storedBytes: 9e15,
    doneParts: 999_999,
    totalParts: 999_999,
    note: endless,
  },
  outcome: { kind: 'failed', failure },
  revision: 1,
};

const entry = catalogued(id, {
  pin: { reason: endless, until: null, by: nasty, at: '2026-11-23T04:00:00.000Z' },
  source: longestSource,
  warnings: Array.from({ length: 1000 }, (_, index) => `${index} ${nasty}`),
  repositories: Array.from({ length: 50 }, () => nasty),
  position: { file: 'binlog.000042', offset: 4, gtidSet: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-4711,\n'.repeat(500) },
  rawBytes: 9_000_000_000_000_000,
  rows: 9_000_000_000_000_000,
  verified: { at: '2026-11-23T04:00:00.000Z', verdict: 'bad', depth: 'read' },
  findings: Array.from({ length: 40 }, () => endless),
});
const report = backupReport(entry, []);
const shredded = {
  at: '2026-11-23T04:00:00.000Z',
  by: nasty,
  reason: endless,
  remains: Array.from({ length: 50 }, () => ({ repository: nasty, until: '2026-12-01T00:00:00.000Z' })),
};
const tables = Array.from({ length: 1000 }, (_, index) => ({
  schema: emojis,
  name: nasty,
  engine: nasty,
  rows: 9_000_000_000_000_000,
  transactional: false,
  bytes: index,
}));
const manifest: Manifest = manifestSchema.parse({
  formatVersion: 1,
  id,
  kind: 'full',
  method: 'mysqldump',
  source: {
    name: longestSource,
    serverUuid: 'u',
    flavour: 'mysql',
    version: nasty,
    characterSet: '',
    lowerCaseTableNames: 0,
  },
  startedAt: entry.startedAt,
  snapshotAt: entry.snapshotAt,
  finishedAt: entry.finishedAt,
  tools: { mysqldump: endless },
  flags: [],
  position: entry.position,
  lock: { method: 'global-read-lock', heldMilliseconds: 1, ddlGuard: 'none' },
  scope: { allSchemas: false, schemas: Array.from({ length: 100 }, () => emojis), accounts: true },
  tables,
  objects: entry.objects,
  parts: [],
  plain: { recoverProgram: '', guide: '' },
  warnings: [],
});
const status: SourceStatus = sourceStatus(
  {
    source: longestSource,
    entries: [entry],
    jobs: [{ ...job, outcome: null }, job],
    schedules: {},
    keysWithoutCopy: Array.from({ length: 20 }, () => ({ id: nasty, fingerprint: nasty })),
  },
  now,
);
const many = Array.from({ length: 100 }, (_, index) => ({ ...status, source: `${longestSource}${index}` }));
const names = many.map(({ source }) => source);
const role = { source: nasty, roles: ['viewer'] as const, may: ['look'] as const, mayNot: ['verify'] as const };

const verdict = {
  id,
  kind: 'full',
  verdict: 'remove',
  reason: 'over',
  why: endless,
  until: null,
  bytes: 9e15,
} as const;
const verdicts = Array.from({ length: 500 }, () => verdict);
const plan: PrunePlan = prunePlan(
  longestSource,
  now,
  Array.from({ length: 5 }, () => ({
    repository: nasty,
    removals: verdicts,
    locked: verdicts.map((one) => ({ ...one, lockedUntil: now })),
    kept: verdicts.map((one) => ({ ...one, verdict: 'keep', reason: 'pinned' })),
    obstacle: { message: endless, hint: endless },
  })),
);
const pruned: PruneReport = {
  source: longestSource,
  at: now.toISOString(),
  by: nasty,
  removed: Array.from({ length: 500 }, (_, index) => ({
    id: `${index}`,
    kind: 'full',
    bytes: 9e15,
    repository: nasty,
    why: endless,
  })),
  binlogs: [{ repository: nasty, files: 9e15, bytes: 9e15 }],
  locked: Array.from({ length: 500 }, () => ({ id, repository: nasty, until: null })),
  obstacles: Array.from({ length: 20 }, () => ({ repository: nasty, message: endless, hint: endless })),
  lingering: Array.from({ length: 20 }, () => ({ repository: nasty, backups: 9e15 })),
};
const kindUse = { kind: 'binlog', count: 9e15, bytes: 9e15, bytesPerDay: 9e15 } as const;
const sourceUse = {
  source: longestSource,
  bytes: 9e15,
  bytesPerDay: 9e15,
  kinds: Array.from({ length: 4 }, () => kindUse),
};
const use = { repository: nasty, location: endless, bytes: 9e15, freeBytes: 0, growthPerDay: 9e15, fullInDays: 1 };
const measured: MeasuredStorage = {
  kind: 'storage',
  at: now,
  warnWithinDays: 14,
  repositories: Array.from({ length: 20 }, () => ({ ...use, sources: Array.from({ length: 100 }, () => sourceUse) })),
};

const messages: Record<string, Message> = {
  'prune plan': prunePlanMessage(plan, { changed: true }),
  'empty prune plan': prunePlanMessage(prunePlan(longestSource, now, [])),
  pruned: prunedMessage(pruned),
  storage: storageMessage(measured),
  'schema diff': schemaDiffMessage({
    kind: 'schema-diff',
    before: { id, source: longestSource, snapshotAt: now.toISOString() },
    after: { id, source: longestSource, snapshotAt: now.toISOString() },
    changes,
  }),
  'schema report': finishedBackupMessage(
    { ...job, kind: 'schema-backup' },
    { ...report, kind: 'schema', schemaChanges: keptChanges(id, changes) },
    now,
  ),
  running: runningJobMessage(job, { fraction: 3, bytesPerSecond: 1e15, secondsLeft: 1e9 }, now),
  failed: failedJobMessage(job, failure, status, now),
  'failed in thread': failedInThreadMessage(job, failure),
  'failed reply': failedReplyMessage(job, status, `<@U0BEN0000> `),
  cancelled: cancelledJobMessage(job, endless),
  bad: badBackupMessage(job, 900, entry, status, now),
  report: finishedBackupMessage(job, report, now),
  verified: finishedVerificationMessage(job, entry),
  details: backupDetailsMessage(report, manifest, entry.findings, now),
  backups: backupsMessage(
    longestSource,
    Array.from({ length: 500 }, () => entry),
    now,
  ),
  'shredded backups': backupsMessage(
    longestSource,
    Array.from({ length: 500 }, () => ({ ...entry, shredded })),
    now,
  ),
  shredded: shreddedBackupMessage(entry, shredded, now),
  'status with shredded': statusMessage([{ ...status, recovery: { ...status.recovery, shredded: 9e15 } }], now),
  'refused for shredded': refusalMessage(
    { kind: 'refused', reason: 'shredded', backupId: id, at: shredded.at, by: nasty },
    'verify',
    now,
  ),
  'no backups': backupsMessage(longestSource, [], now),
  'status of one': statusMessage([status], now),
  'status of many': statusMessage(many, now),
  glance: dailyGlanceMessage({
    day: '2026-11-23',
    sources: many,
    jobs: Array.from({ length: 500 }, () => job),
    entries: new Map(),
  }),
  menu: choosing('Which source?', names, 'backup full'),
  'menu of none': choosing('Which source?', [], 'backup full'),
  failure: failureMessage(new Failure('internal', endless, { hint: endless })),
  'unknown backup': refusalMessage({ kind: 'refused', reason: 'unknown-backup', wanted: endless }, 'show', now),
  'unknown command': unknownCommandMessage('/backup', endless, undefined),
  welcome: welcomeMessage(names, names),
  who: whoAmIMessage({
    kind: 'who',
    name: nasty,
    via: 'slack',
    slackId: null,
    sources: names.map((source) => ({ ...role, source, grantedBy: [nasty, source] })),
  }),
};

describe.each(Object.entries(messages))('the message "%s", with the worst in it', (_, { text, blocks }) => {
  test('is one that Slack takes', () => {
    expect(checkBlocks(blocks)).toMatchObject({ kind: 'accepted' });
    expect(text).not.toBe('');
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(Buffer.byteLength(escaped)).toBeLessThanOrEqual(4_000);
  });

  test('mentions nobody', () => {
    const formatted = JSON.stringify(blocks, (_, value) => (value?.type === 'plain_text' ? undefined : value));
    expect(formatted).not.toContain('<!channel>');
    expect(text).not.toContain('<!channel>');
  });
});

test('an alert says severity, source and risk within 90 characters, whatever the source is called', () => {
  expect(alertTitle(longestSource, status).length).toBeLessThanOrEqual(90);
});

test.each([
  [-1, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
  [0.5, '▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱ 50 %'],
  [0.999, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▱ 99 %'],
  [7, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
])('the bar at %d', (fraction, bar) => {
  expect(progressBar(fraction)).toBe(bar);
});

test('code letters cannot be left', () => {
  expect(code('a`b <!here>\nc')).toBe('`aˋb &lt;!here&gt; c`');
  expect(code('')).toBe('`(empty)`');
  expect(escapeMrkdwn('a < b & c')).toBe('a &lt; b &amp; c');
});

import { dirname, join } from 'node:path';
import type { People } from '../domain/people.ts';
import { dayMilliseconds } from '../domain/retention/retention.ts';
import type { Schedules } from '../domain/schedule.ts';
import { definedOnly } from './defined-only.ts';
import type { Problem } from './problem.ts';
import {
  type FetchSecret,
  resolveApprovals,
  resolveRestore,
  resolveRollbacks,
  resolveTargets,
} from './resolve-recovery.ts';
import type { ConfigurationDocument } from './schema.ts';
import { resolveSecret } from './secret.ts';
import type { KeySettings, RepositorySettings, Settings, SlackSettings, SourceSettings } from './settings.ts';
import { resolveValidation } from './validation-schema.ts';

interface Surroundings {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  readonly readers: number;
  /** Relative to the configuration file. */
  readonly path: (relative: string) => string;
}

/** Makes paths absolute and fetches secrets. What lacks a secret is left out and named in `problems`. */
export async function resolveSettings(
  document: ConfigurationDocument,
  around: Surroundings,
): Promise<{ settings: Settings; problems: Problem[] }> {
  const problems: Problem[] = [];
  const secret: FetchSecret = async (reference, path) => {
    const resolved = await resolveSecret(reference, around);
    if (resolved.kind === 'secret') return resolved.value;
    problems.push({ path, message: resolved.message });
    return undefined;
  };
  const { repository, schedules, backups } = document;

  const sources: SourceSettings[] = [];
  for (const [name, source] of Object.entries(document.sources)) {
    const password = await secret(source.password, ['sources', name, 'password']);
    if (password === undefined) continue;
    sources.push(
      definedOnly({
        ...source,
        name,
        password,
        socketPath: source.socketPath && around.path(source.socketPath),
        clientDir: source.clientDir && around.path(source.clientDir),
        tls: source.tls && { ca: around.path(source.tls.ca) },
        rollbacks: resolveRollbacks(source.rollbacks ?? document.rollbacks, around),
        validation: resolveValidation(document.validation, source.validation),
        restore: await resolveRestore(source.restore, secret, ['sources', name, 'restore', 'password']),
      }),
    );
  }
  const targets = await resolveTargets(document.targets, secret, around);
  const slack = await resolveSlack(document.slack, secret, problems);

  const settings = definedOnly({
    file: around.file,
    sources,
    repositories: {
      primary: resolveRepository({ ...repository.primary, name: 'primary' }, around),
      copies: repository.copies.map(({ maxLag, ...copy }) => ({
        ...resolveRepository(copy, around),
        ...(maxLag !== undefined && { maxLag: maxLag * dayMilliseconds }),
      })),
    },
    warnWhenFullWithinDays: repository.warnWhenFullWithin,
    keys: document.encryption.keys.map((key, index) => resolveKey(key, index === 0, around)),
    schedules: resolveSchedules(schedules),
    // zod never writes an absent key, though its types allow an undefined one.
    people: document.people as People | undefined,
    slack,
    scratch: document.scratch && {
      ...document.scratch,
      serverDirs: [document.scratch.serverDir].flat().map(around.path),
      dir: around.path(document.scratch.dir),
    },
    targets,
    approvals: resolveApprovals(document.approvals),
    statePath: around.path(document.state.path),
    spoolPath: around.path(document.state.spool ?? join(dirname(document.state.path), 'tidemark-spool')),
    backups: resolveBackups(backups, around.readers),
  });
  return { settings, problems };
}

/** More processes cut tables finer, but each costs some 80 ms of a processor just to start: four for each that is read. */
function resolveBackups(
  { processes, readers, ...others }: ConfigurationDocument['backups'],
  fittingReaders: number,
): Settings['backups'] {
  const reading = readers ?? fittingReaders;
  return { processes: processes ?? Math.min(16, 4 * reading), readers: reading, ...others };
}

function resolveKey(
  { id, file, kms = '', endpoint, encrypts = false }: ConfigurationDocument['encryption']['keys'][number],
  isFirst: boolean,
  around: Surroundings,
): KeySettings {
  const common = { id, encrypts: isFirst || encrypts };
  if (file !== undefined) return { ...common, file: around.path(file) };
  return definedOnly({ ...common, kms, endpoint });
}

function resolveSchedules({ full, incremental, schema }: ConfigurationDocument['schedules']): Schedules {
  return definedOnly({
    full:
      full && definedOnly({ cron: full.cron, zone: full.zone, keepDays: full.keep, proveEveryDays: full.proveEvery }),
    incremental:
      incremental &&
      definedOnly({
        cron: incremental.cron,
        zone: incremental.zone,
        keepDays: incremental.keep,
        stream: incremental.stream,
      }),
    schema: schema && definedOnly({ cron: schema.cron, zone: schema.zone, keepDays: schema.keep }),
  });
}

type NamedRepository = ConfigurationDocument['repository']['primary'] & { readonly name: string };

function resolveRepository(repository: NamedRepository, around: Surroundings): RepositorySettings {
  if (repository.type === 'local') return { ...repository, path: around.path(repository.path) };
  return definedOnly(repository);
}

async function resolveSlack(
  slack: ConfigurationDocument['slack'],
  secret: FetchSecret,
  problems: Problem[],
): Promise<SlackSettings | undefined> {
  if (!slack) return undefined;
  const fetched = async (key: keyof typeof slackSecrets): Promise<string | undefined> => {
    const reference = slack[key];
    const value = reference && (await secret(reference, ['slack', key]));
    if (value === undefined || slackSecrets[key].pattern.test(value)) return value;
    problems.push({ path: ['slack', key], message: slackSecrets[key].message });
    return undefined;
  };
  const appToken = await fetched('appToken');
  const signingSecret = await fetched('signingSecret');
  const botToken = await fetched('botToken');
  const { channel, apiUrl, port, host = '127.0.0.1' } = slack;
  const transport =
    appToken !== undefined
      ? ({ kind: 'socket-mode', appToken } as const)
      : signingSecret !== undefined && port !== undefined
        ? ({ kind: 'http', signingSecret, host, port } as const)
        : undefined;
  if (botToken === undefined || !transport) return undefined;
  return definedOnly({ channel, botToken, transport, apiUrl });
}

/** What each secret looks like, and what is said of one that does not. An empty signing secret would let anybody speak for Slack. */
const slackSecrets = {
  appToken: { pattern: /^xapp-/, message: 'holds something else: such a token begins with xapp-' },
  signingSecret: {
    pattern: /^(?!x(app|ox[a-z])-)./,
    message: 'holds no signing secret: Slack shows it under Basic Information, App Credentials',
  },
  botToken: { pattern: /^xoxb-/, message: 'holds something else: such a token begins with xoxb-' },
};

import { dirname, isAbsolute, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { sourceNamePattern } from '../../../domain/backup-id.ts';
import { configurationTemplate, type FoundingAnswers } from '../../../domain/configuration-template.ts';
import { Failure } from '../../../domain/failure.ts';
import { type Answer, done } from '../answer.ts';
import { askForCopy, copyAdvice } from '../ask-for-copy.ts';
import type { CliParts, Founding, Terminal } from '../cli-parts.ts';
import { examples } from '../examples.ts';
import { keyName } from '../key-name.ts';
import type { Session } from '../session.ts';

type Answers = Omit<FoundingAnswers, 'osUser'>;

interface InitOptions {
  readonly source?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly repository?: string;
  readonly keyId?: string;
  readonly keyFile?: string;
  readonly keyCopy?: string;
  readonly schedule?: string;
  readonly slackChannel?: string;
}

export function registerInit(program: Command, session: Session): void {
  const { parts } = session;
  program
    .command('init')
    .description('write a commented configuration and a key; asks only on a terminal, and only without options')
    .option('-s, --source <name>', 'what to call the server (default: main)', sourceName)
    .option('--host <host>', 'its name or address (default: 127.0.0.1)')
    .option('--port <port>', 'its port (default: 3306)', port)
    .option('--user <user>', 'whom to log in as (default: tidemark)')
    .option(
      '--password-env <name>',
      'the environment variable with the password (default: TIDEMARK_DB_PASSWORD)',
      variable,
    )
    .option('--repository <dir>', 'where backups are kept (default: backups)')
    .option('--key-id <id>', 'what to call the key (default: k- and this month)', keyName)
    .option('--key-file <file>', 'where to write it (default: its id, .key)')
    .option('--key-copy <where>', 'where its second copy lies')
    .option('--schedule <cron>', 'when to take full backups, in UTC (default: "0 2 * * *")')
    .option('--slack-channel <channel>', 'where the bot reports; without it there is no Slack')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['init', 'asks what it needs'],
        ['init --source alumni --host db1 --repository /backup --key-copy "bank safe"', ''],
      ]),
    )
    .action((options: InitOptions, command: Command) =>
      session.run(command, ({ config }) => init(parts, config, options)),
    );
}

async function init(parts: CliParts, config: string, options: InitOptions): Promise<Answer> {
  const { founding, terminal } = parts;
  const ask = Object.keys(options).length > 0 ? undefined : terminal.ask;
  await refuseOverwriting(founding, config, 'configuration', 'Edit it, or write another with --config FILE.');
  const answers = ask ? await askFor(ask, options) : withDefaults(options, new Date());
  const keyFile = besideConfiguration(config, answers.keyFile);
  await refuseOverwriting(founding, keyFile, 'key', 'A key is never overwritten: name another with --key-file.');

  // The key first: a configuration without its key would stand in the way of trying again.
  const { fingerprint } = await founding.createKey(keyFile, answers.keyId);
  await founding.writeConfiguration(config, configurationTemplate({ ...answers, osUser: founding.osUser }));
  terminal.err(`Wrote ${config} and the key ${keyFile}.\n`);

  const copy = options.keyCopy ?? (ask ? await askForCopy(terminal, fingerprint) : '');
  if (copy !== '') await founding.confirmKeyCopy(config, answers.keyId, copy);
  return done(
    {
      kind: 'founded',
      configuration: config,
      key: { id: answers.keyId, file: keyFile, fingerprint, copyAt: copy || null },
    },
    closing(parts, config, answers, { fingerprint, copy }),
  );
}

function closing(
  parts: CliParts,
  config: string,
  answers: Answers,
  key: { fingerprint: string; copy: string },
): string {
  const { name, founding } = parts;
  const where = config === 'tidemark.yaml' ? '' : ` --config ${config}`;
  const unset = [
    answers.passwordEnv,
    ...(answers.slackChannel === undefined ? [] : ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN']),
  ].filter((variable) => !founding.isSet(variable));
  const lines = [
    `Key ${answers.keyId} has the fingerprint ${key.fingerprint}.`,
    key.copy === '' ? copyAdvice(name, answers.keyId, where) : `Its second copy lies at: ${key.copy}`,
    '',
    ...(unset.length > 0 ? [`Set ${unset.join(', ')} in the environment.`, ''] : []),
    'Next:',
    `  ${name} doctor${where}       what is missing, and how to mend it`,
    `  ${name} backup full${where}  the first backup`,
    `  ${name} start${where}        run the bot`,
  ];
  return lines.join('\n');
}

const defaults = {
  source: 'main',
  host: '127.0.0.1',
  port: 3306,
  user: 'tidemark',
  passwordEnv: 'TIDEMARK_DB_PASSWORD',
  repository: 'backups',
  schedule: '0 2 * * *',
} as const;

function withDefaults(options: InitOptions, now: Date): Answers {
  const keyId = options.keyId ?? `k-${now.toISOString().slice(0, 7)}`;
  const { schedule, ...filled } = { ...defaults, ...options };
  const { source, host, user, passwordEnv, repository, slackChannel } = filled;
  return {
    source,
    host,
    port: filled.port,
    user,
    passwordEnv,
    repository,
    keyId,
    keyFile: options.keyFile ?? `${keyId}.key`,
    cron: schedule,
    ...(slackChannel !== undefined && { slackChannel }),
  };
}

type Ask = NonNullable<Terminal['ask']>;

async function askFor(ask: Ask, options: InitOptions): Promise<Answers> {
  const suggested = withDefaults(options, new Date());
  const source = await askUntil(ask, 'Name of the server', suggested.source, sourceName);
  const host = await askUntil(ask, 'Its host', suggested.host, (text) => text);
  const itsPort = await askUntil(ask, 'Its port', String(suggested.port), port);
  const user = await askUntil(ask, 'Log in as', suggested.user, (text) => text);
  const passwordEnv = await askUntil(ask, 'Environment variable with the password', suggested.passwordEnv, variable);
  const repository = await askUntil(ask, 'Keep backups in', suggested.repository, (text) => text);
  const slackChannel = await askUntil(ask, 'Slack channel for reports (none for no Slack)', 'none', (text) => text);
  return {
    ...suggested,
    source,
    host,
    port: itsPort,
    user,
    passwordEnv,
    repository,
    ...(slackChannel !== 'none' && { slackChannel }),
  };
}

async function askUntil<Value>(
  ask: Ask,
  question: string,
  suggestion: string,
  parse: (text: string) => Value,
): Promise<Value> {
  for (let complaint = ''; ; ) {
    const text = (await ask(`${complaint}${question} [${suggestion}]: `)).trim();
    try {
      return parse(text === '' ? suggestion : text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      complaint = `${error.message}\n`;
    }
  }
}

async function refuseOverwriting(founding: Founding, path: string, what: string, hint: string): Promise<void> {
  if (await founding.exists(path)) throw new Failure('usage', `There is a ${what} at ${path} already.`, { hint });
}

function besideConfiguration(config: string, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(config), path);
}

function sourceName(text: string): string {
  if (sourceNamePattern.test(text)) return text;
  throw new InvalidArgumentError('Use up to 32 of a-z, 0-9, - and _, beginning with a letter or digit.');
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('A port is between 1 and 65535.');
}

function variable(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new InvalidArgumentError('The name of an environment variable has letters, digits and underscores.');
}

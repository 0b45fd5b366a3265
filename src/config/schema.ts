import { z } from 'zod';
import { sourceNamePattern } from '../domain/backup-id.ts';
import { durationSchema } from './duration.ts';
import { keySchema } from './key-schema.ts';
import { approvalsSchema, restoreSchema, rollbacksSchema, targetsSchema } from './recovery-schema.ts';
import { copySchema, primarySchema } from './repository-schema.ts';
import { secretSchema } from './secret.ts';
import { flag, number, saying, section, text } from './section.ts';
import { sizeSchema } from './size.ts';
import { validationSchema } from './validation-schema.ts';

/** Says what is wrong with a cron expression; undefined when it is well. */
export type CronProblem = (cron: string, zone?: string) => string | undefined;

/** The YAML document as people write it. What holds between sections is looked at in `cross-check.ts`. */
export function documentSchema(cronProblem: CronProblem) {
  return section(
    {
      sources: z
        .record(sourceName, sourceSchema, { error: saying('at least one source, by name') })
        .refine((sources) => Object.keys(sources).length > 0, 'is empty: name at least one server to back up'),
      repository: section({
        primary: primarySchema,
        copies: z.array(copySchema, { error: saying('a list') }).default([]),
        warnWhenFullWithin: durationSchema.optional(),
      }),
      encryption: section({
        keys: z
          .array(keySchema, { error: saying('a list of keys') })
          .min(1, 'is empty: name a key')
          // Readers of a set take no more than so many wrappings.
          .max(16, 'has more than 16 keys: retire those that no backup needs'),
      }),
      schedules: section({
        full: scheduleSchema(cronProblem).optional(),
        incremental: incrementalSchema(cronProblem).optional(),
        schema: section(timing).check(checkCron(cronProblem)).optional(),
      }).default({}),
      people: z.record(z.string(), personSchema, { error: saying('people, by name') }).optional(),
      slack: slackSchema.optional(),
      state: section({
        path: text('the path of the state database'),
        spool: text('the path of a folder for binlogs on their way').optional(),
      }).default({ path: 'tidemark-state.db' }),
      backups: backupsSchema.default({ verifyAfter: true, checksums: false }),
      scratch: scratchSchema.optional(),
      validation: validationSchema.optional(),
      targets: targetsSchema.default({}),
      approvals: approvalsSchema.default({}),
      rollbacks: rollbacksSchema.optional(),
    },
    {
      http: 'metrics',
      escalation: 'alerts',
      drills: 'drills',
    },
  );
}

export type ConfigurationDocument = z.infer<ReturnType<typeof documentSchema>>;

const sourceName = z
  .string()
  .regex(
    sourceNamePattern,
    'cannot name a source: use up to 32 of a-z, 0-9, - and _, beginning with a letter or digit',
  );

const sourceSchema = section({
  host: text('the name or address of the server, like 127.0.0.1').optional(),
  port: number('a port between 1 and 65535, like 3306', 1, 65535).default(3306),
  socketPath: text("the path of the server's socket").optional(),
  user: text('the user to log in with'),
  password: secretSchema,
  clientDir: text('the folder of mysqldump and mysql').optional(),
  tls: section({ ca: text('the path of a PEM file') }).optional(),
  schemas: z
    .array(text('the name of a schema'), { error: saying('a list of schemas, like [a, b]') })
    .min(1, 'is empty: name schemas, or leave it out to back up all of them')
    .optional(),
  accounts: flag('whether users and grants are backed up').default(true),
  channel: text('a Slack channel, like "#db-ops"').optional(),
  restore: restoreSchema.optional(),
  rollbacks: rollbacksSchema.optional(),
  validation: validationSchema.optional(),
});

const timing = {
  cron: text('five cron fields, like "0 2 * * *"'),
  zone: text('a time zone, like Asia/Kolkata').optional(),
  keep: durationSchema,
};

const scheduleSchema = (cronProblem: CronProblem) =>
  section({ ...timing, proveEvery: durationSchema.optional() }).check(checkCron(cronProblem));

const incrementalSchema = (cronProblem: CronProblem) =>
  section({
    ...timing,
    stream: flag('whether binlogs are shipped all the time, not only when it is due').default(true),
  }).check(checkCron(cronProblem));

function checkCron(cronProblem: CronProblem) {
  return (context: z.core.ParsePayload<{ cron: string; zone?: string | undefined }>) => {
    const { cron, zone } = context.value;
    const problem = cronProblem(cron, zone);
    if (problem) context.issues.push({ code: 'custom', message: problem, path: ['cron'], input: cron });
  };
}

const roleSchema = z.enum(['viewer', 'operator', 'approver', 'admin'], {
  error: 'should be viewer, operator, approver or admin',
});

const personSchema = section({
  slack: z
    .string({ error: saying('a Slack user id') })
    .regex(
      /^(\*|[UW][A-Z0-9]{2,})$/,
      'should be a Slack user id like U012AB3CD (in Slack: profile, "Copy member ID"), or "*" for everybody',
    )
    .optional(),
  os: text('a login name').optional(),
  email: text('an address').optional(),
  phone: text('a number in quotes').optional(),
  roles: z.record(z.string(), z.array(roleSchema, { error: saying('a list of roles, like [viewer]') }), {
    error: saying('roles per source, like { alumni: [operator] }'),
  }),
});

/** With `appToken` over Socket Mode, with `signingSecret` and `port` over HTTP. */
const slackSchema = section({
  channel: text('a channel, like "#db-ops"'),
  botToken: secretSchema,
  appToken: secretSchema.optional(),
  signingSecret: secretSchema.optional(),
  port: number('a port between 1 and 65535, like 3001', 1, 65535).optional(),
  host: text('the address to listen at, like 127.0.0.1').optional(),
  apiUrl: z.url({ error: 'should be a URL, like http://127.0.0.1:9400/api/' }).optional(),
});

const backupsSchema = section({
  processes: number('how many mysqldump processes a backup may use, 1 to 16', 1, 16).optional(),
  readers: number('how many of them are read at a time, 1 to 16', 1, 16).optional(),
  verifyAfter: flag('whether each backup is verified right away').default(true),
  checksums: flag('whether a checksum of every table is taken with the backup').default(false),
});

const directories = 'the folder of mysqld or mariadbd, or a list of such folders';

const scratchSchema = section({
  serverDir: z.union([text(directories), z.array(text(directories)).min(1, `is empty; it should be ${directories}`)], {
    error: saying(directories),
  }),
  dir: text('the path of a folder where scratch servers may put their data').default('scratch'),
  maxBytes: sizeSchema.default(100 * 1024 ** 3),
  maxServers: number('how many scratch servers may run at a time, 1 to 16', 1, 16).default(1),
});

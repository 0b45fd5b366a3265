import { z } from 'zod';
import { sourceNamePattern } from '../domain/backup-id.ts';
import { scenarioNames } from '../domain/recovery/scenario.ts';
import { durationSchema } from './duration.ts';
import { secretSchema } from './secret.ts';
import { number, saying, section, text } from './section.ts';

const targetName = z
  .string()
  .regex(
    sourceNamePattern,
    'cannot name a target: use up to 32 of a-z, 0-9, - and _, beginning with a letter or digit',
  );

const targetSchema = section({
  host: text('the name or address of the server, like 10.0.0.9').optional(),
  port: number('a port between 1 and 65535, like 3306', 1, 65535).default(3306),
  socketPath: text("the path of the server's socket").optional(),
  user: text('the user to restore as'),
  password: secretSchema,
  clientDir: text('the folder of mysql and mysqlbinlog').optional(),
  tls: section({ ca: text('the path of a PEM file') }).optional(),
});

/** Servers that a recovery may go to, by name. */
export const targetsSchema = z.record(targetName, targetSchema, { error: saying('servers to restore into, by name') });

/** Where the scripts lie that lead migrations back. */
export const rollbacksSchema = section({ dir: text('the path of the folder of rollback scripts') });

/** Whom approved steps on a live source log in as. */
export const restoreSchema = section({
  user: text('the user to log in with'),
  password: secretSchema,
  /** How long the table that does not serve is kept beside. */
  keepTables: durationSchema.default(7),
});

const ruleSchema = section({
  approvers: number('how many people besides the requester approve, 1 to 5', 1, 5).optional(),
  ontoData: number('how many approve where data is replaced, 1 to 5', 1, 5).optional(),
  role: z.enum(['approver', 'admin'], { error: 'should be approver or admin' }).optional(),
  expires: durationSchema.optional(),
  window: durationSchema.optional(),
});

/** Rules by scenario; what is left out is as in `defaultRule`. */
export const approvalsSchema = section({
  ...(Object.fromEntries(scenarioNames.map((name) => [name, ruleSchema.optional()])) as {
    [Name in (typeof scenarioNames)[number]]: z.ZodOptional<typeof ruleSchema>;
  }),
  stakeholders: z
    .array(text('a Slack channel like "#alumni-office", or a name under people'), { error: saying('a list') })
    .optional(),
});

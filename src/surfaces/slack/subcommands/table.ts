import type { Subcommand } from '../subcommand.ts';
import { approvals } from './approvals.ts';
import { backup } from './backup.ts';
import { backups } from './backups.ts';
import { copies } from './copies.ts';
import { find } from './find.ts';
import { help } from './help.ts';
import { keep, unkeep } from './keep.ts';
import { migration } from './migration.ts';
import { prune } from './prune.ts';
import { restore } from './restore.ts';
import { schema } from './schema.ts';
import { show } from './show.ts';
import { status } from './status.ts';
import { storage } from './storage.ts';
import { tables } from './tables.ts';
import { trx } from './trx.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';
import { whoami } from './whoami.ts';

/** Everything `/backup` knows, in the order of its help. */
export const subcommands: readonly Subcommand[] = [
  help,
  status,
  backup,
  backups,
  show,
  schema,
  verify,
  validate,
  find,
  trx,
  migration,
  restore,
  approvals,
  tables,
  copies,
  keep,
  unkeep,
  prune,
  storage,
  whoami,
];

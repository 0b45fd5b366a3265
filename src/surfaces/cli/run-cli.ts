import { Command, CommanderError } from 'commander';
import { Failure, toFailure } from '../../domain/failure.ts';
import { type Answer, troubleText } from './answer.ts';
import type { CliParts } from './cli-parts.ts';
import { registerApprovals } from './commands/approvals.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBackup } from './commands/backup.ts';
import { registerBackups } from './commands/backups.ts';
import { registerCatalog } from './commands/catalog.ts';
import { registerCopies } from './commands/copies.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerFind } from './commands/find.ts';
import { registerInit } from './commands/init.ts';
import { registerKeep } from './commands/keep.ts';
import { registerKeys } from './commands/keys.ts';
import { registerMigration } from './commands/migration.ts';
import { registerPrune } from './commands/prune.ts';
import { registerRepository } from './commands/repository.ts';
import { registerRestore } from './commands/restore.ts';
import { registerRestoreTable } from './commands/restore-table.ts';
import { registerSchema } from './commands/schema.ts';
import { registerShow } from './commands/show.ts';
import { registerStart } from './commands/start.ts';
import { registerStatus } from './commands/status.ts';
import { registerStorage } from './commands/storage.ts';
import { registerTables } from './commands/tables.ts';
import { registerTrx } from './commands/trx.ts';
import { registerValidate } from './commands/validate.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWhoami } from './commands/whoami.ts';
import { makeSession, type Session } from './session.ts';

/** A command is a file under `commands` and a line here, in the order of the help. */
const commands: readonly ((program: Command, session: Session) => void)[] = [
  registerInit,
  registerDoctor,
  registerStart,
  registerStatus,
  registerBackup,
  registerBackups,
  registerShow,
  registerSchema,
  registerVerify,
  registerValidate,
  registerFind,
  registerTrx,
  registerMigration,
  registerRestore,
  registerRestoreTable,
  registerTables,
  registerApprovals,
  registerCopies,
  registerKeep,
  registerPrune,
  registerStorage,
  registerWhoami,
  registerAudit,
  registerCatalog,
  registerKeys,
  registerRepository,
];

/** Runs one command and gives the exit status: 0 done, 1 failed, 2 usage or configuration, 3 refused, 4 integrity violated. */
export async function runCli(argv: readonly string[], parts: CliParts): Promise<number> {
  let status = 0;
  const answer = (given: Answer, json: boolean) => {
    status = given.exitStatus;
    if (json) parts.terminal.out(`${JSON.stringify(given.document, null, 2)}\n`);
    else if (given.text !== '') parts.terminal.out(`${given.text}\n`);
    if (given.trouble !== undefined) parts.terminal.err(`${given.trouble}\n`);
  };

  const program = describeProgram(parts);
  const session = makeSession(parts, answer);
  for (const register of commands) register(program, session);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    answer(
      failedAnswer(error instanceof CommanderError ? usageFailure(error, parts.name) : error),
      argv.includes('--json'),
    );
  }
  return status;
}

export function failedAnswer(error: unknown): Answer {
  const { code, message, hint, retryable, exitStatus } = toFailure(error);
  return {
    document: { kind: 'failed', code, message, hint, retryable },
    text: '',
    trouble: troubleText(message, hint),
    exitStatus,
  };
}

function describeProgram({ name, version, terminal }: CliParts): Command {
  return (
    new Command(name)
      .description('Owns the backup and recovery of MySQL and MariaDB, from Slack and from this shell.')
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'show this help')
      .helpCommand('help [command]', 'show the help of a command')
      .option('-c, --config <file>', 'the configuration', 'tidemark.yaml')
      .option('--json', 'answer with one JSON document on standard output', false)
      .configureHelp({ showGlobalOptions: true })
      // Mistakes are reported as every other failure is.
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} })
      .exitOverride()
      .addHelpText(
        'after',
        `
Begin with:
  ${name} init      write a configuration and a key
  ${name} doctor    see what is missing, and how to mend it
  ${name} start     run the bot

Exit status: 0 done, 1 failed, 2 usage or configuration, 3 refused, 4 integrity violated.`,
      )
  );
}

function usageFailure(error: CommanderError, name: string): Failure {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  // Commander says it like this when no command is given and help was printed instead.
  const said = message === '(outputHelp)' ? 'Which command?' : message.charAt(0).toUpperCase() + message.slice(1);
  const hint = `${suggestion ? `${suggestion.replace(/^\(|\)$/g, '')} ` : ''}${name} --help shows what there is.`;
  return new Failure('usage', /[.?!]$/.test(said) ? said : `${said}.`, { hint });
}

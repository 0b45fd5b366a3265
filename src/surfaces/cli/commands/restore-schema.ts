import type { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { askingOptions, type RestoreOptions, restoreWay } from './restore.ts';

/** One more way to restore: the source itself is led back, so there is no other server to name. */
export function registerRestoreSchema(program: Command, session: Session): void {
  const restore = program.commands.find((command) => command.name() === 'restore') ?? program;
  askingOptions(restore.command('schema'))
    .description('lead a migration back by its rollback script, on the source itself; asks for approval first')
    .argument('<migration>', 'its name: rollback-NAME.sql or NAME.rollback.sql is run')
    .option('-s, --source <name>', 'which source; may be left out when there is one')
    .addHelpText('after', examples(session.parts.name, [['restore schema 001-add-phone --plan', '']]))
    .action((migration: string, options: RestoreOptions, command: Command) =>
      session.inWorld(command, (opened) =>
        restoreWay(session, opened, {
          scenario: 'schema-rollback',
          options,
          named: undefined,
          details: { migration },
        }),
      ),
    );
}

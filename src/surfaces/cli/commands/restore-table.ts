import type { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { endOptions, type RestoreOptions, restoreWay } from './restore.ts';

interface RestoreTableOptions extends RestoreOptions {
  readonly swap: boolean;
}

/** One more way to restore, which names what comes back. */
export function registerRestoreTable(program: Command, session: Session): void {
  const restore = program.commands.find((command) => command.name() === 'restore') ?? program;
  endOptions(
    restore
      .command('table')
      .description('one table as it was, beside the live one and compared with it; asks for approval first')
      .argument('<table>', 'the table, as SCHEMA.TABLE'),
  )
    .option('-s, --source <name>', 'which source; may be left out when there is one')
    .option(
      '--swap',
      'let it take the place of the live table at once; without this it waits beside: see tables',
      false,
    )
    .addHelpText(
      'after',
      examples(session.parts.name, [
        ['restore table alumni.users --until 2026-11-28T10:30:00Z --plan', ''],
        ['restore table alumni.users --before binlog.000012:4711 --swap', ''],
      ]),
    )
    .action((table: string, options: RestoreTableOptions, command: Command) =>
      session.inWorld(command, (opened) =>
        restoreWay(session, opened, {
          scenario: 'table',
          options,
          named: undefined,
          details: { table, exchange: options.swap },
        }),
      ),
    );
}

import type { Command } from 'commander';
import { startBackup } from '../../../operations/start-backup.ts';
import { examples } from '../examples.ts';
import { followJob } from '../follow-job.ts';
import { interruptible } from '../interruptible.ts';
import { outcomeAnswer } from '../outcome-answer.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';

export function registerBackup(program: Command, session: Session): void {
  const { parts } = session;
  const backup = program.command('backup').description('take a backup now');
  choosingSource(backup.command('full'))
    .description('dump everything under one snapshot, compressed and encrypted; Ctrl-C ends it cleanly')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['backup full', 'of the only source'],
        ['backup full alumni --json', 'and tell a script how it went'],
      ]),
    )
    .action((named: string | undefined, options: SourceChoice, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const started = startBackup(world, {
            principal,
            kind: 'full',
            trigger: 'request',
            signal,
            ...chosenSource(named, options),
          });
          if (started.kind === 'refused') return started;
          return outcomeAnswer(world, started.job, await followJob(world, started, parts.terminal));
        }),
      ),
    );
}

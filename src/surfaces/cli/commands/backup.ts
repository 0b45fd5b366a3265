import type { Command } from 'commander';
import { type ScheduledKind, scheduledKinds } from '../../../domain/schedule.ts';
import { startBackup } from '../../../operations/start-backup.ts';
import { examples } from '../examples.ts';
import { followJob } from '../follow-job.ts';
import { interruptible } from '../interruptible.ts';
import { outcomeAnswer } from '../outcome-answer.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';

const does: Record<ScheduledKind, string> = {
  full: 'dump everything under one snapshot, compressed and encrypted; Ctrl-C ends it cleanly',
  incremental:
    'close the binlog file, wait until all before that is shipped, read it again; needs a full backup to lead on from',
  schema:
    'dump the structure of everything, without rows, and tell what changed since the last schema backup; locks nothing',
};

export function registerBackup(program: Command, session: Session): void {
  const { parts } = session;
  const backup = program.command('backup').description('take a backup now');
  for (const kind of scheduledKinds) {
    choosingSource(backup.command(kind))
      .description(does[kind])
      .addHelpText(
        'after',
        examples(parts.name, [
          [`backup ${kind}`, 'of the only source'],
          [`backup ${kind} alumni --json`, 'and tell a script how it went'],
        ]),
      )
      .action((named: string | undefined, options: SourceChoice, command: Command) =>
        session.inWorld(command, ({ world, principal }) =>
          interruptible(parts, async (signal) => {
            const chosen = chosenSource(named, options);
            const started = startBackup(world, { principal, kind, trigger: 'request', signal, ...chosen });
            if (started.kind === 'refused') return started;
            return outcomeAnswer(world, started.job, await followJob(world, started, parts.terminal));
          }),
        ),
      );
  }
}

import type { Command } from 'commander';
import { startVerification } from '../../../operations/start-verification.ts';
import { examples } from '../examples.ts';
import { followJob } from '../follow-job.ts';
import { interruptible } from '../interruptible.ts';
import { outcomeAnswer } from '../outcome-answer.ts';
import type { Session } from '../session.ts';

export function registerVerify(program: Command, session: Session): void {
  const { parts } = session;
  program
    .command('verify')
    .description('re-read, decrypt and count every part of a backup; exits 4 when something is wrong with it')
    .argument('<backup>', 'a backup id, its last four characters, or latest')
    .option(
      '--deep',
      'restore it onto a scratch server, compare everything with what was backed up, destroy the server',
    )
    .option('-s, --source <name>', 'whose latest; may be left out when there is one source')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['verify latest', 'the newest backup'],
        ['verify latest --deep', 'prove that it restores'],
        ['verify 20261123T020000Z-full-alumni-x7k2', 'this one'],
      ]),
    )
    .action((backup: string, options: { source?: string; deep?: boolean }, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const started = startVerification(world, { principal, backup, signal, ...options });
          if (started.kind === 'refused') return started;
          return outcomeAnswer(world, started.job, await followJob(world, started, parts.terminal));
        }),
      ),
    );
}

import type { Command } from 'commander';
import { done } from '../answer.ts';
import { interruptible } from '../interruptible.ts';
import { refusalAnswer } from '../refusal-answer.ts';
import type { Session } from '../session.ts';

export function registerStart(program: Command, session: Session): void {
  const { parts } = session;
  program
    .command('start')
    .description('run the bot: schedules, and Slack where it is configured; SIGTERM ends it cleanly')
    .action((_: object, command: Command) =>
      session.run(command, async ({ config }) => {
        const refusal = await interruptible(parts, (signal) => parts.runBot(config, signal), { quietly: true });
        return refusal ? refusalAnswer(refusal, { now: new Date() }) : done({ kind: 'stopped' }, '');
      }),
    );
}

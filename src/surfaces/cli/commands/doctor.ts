import type { Command } from 'commander';
import type { Check } from '../../../domain/check.ts';
import { examine } from '../../../operations/examine.ts';
import type { Answer } from '../answer.ts';
import { checkLines } from '../check-lines.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';

export function registerDoctor(program: Command, session: Session): void {
  const { parts } = session;
  program
    .command('doctor')
    .description('look at everything that backups depend on, and say how to mend what is wrong')
    .option('--slack', 'also post a test card to the configured channel')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['doctor', 'exits 1 when something is bad; warnings do not count'],
        ['doctor --slack', 'posts a card with a button to the channel as well'],
      ]),
    )
    .action(({ slack = false }: { slack?: boolean }, command: Command) =>
      session.run(command, async ({ config }) => {
        const { patient, problems } = await parts.openPatient(config, { testCard: slack });
        return answerFor([...problems, ...(await examine(patient))], parts.terminal.outColours);
      }),
    );
}

function answerFor(checks: readonly Check[], colours: boolean): Answer {
  const bad = checks.some(({ state }) => state === 'bad');
  return {
    document: { kind: 'doctor', good: !bad, checks },
    text: checkLines(checks, colours),
    exitStatus: bad ? 1 : 0,
  };
}

import type { Command } from 'commander';
import { worries } from '../../../domain/checklist/checklist.ts';
import { validateSource } from '../../../operations/validation/validate-source.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';
import { validationText } from '../validation-text.ts';

export function registerValidate(program: Command, session: Session): void {
  choosingSource(program.command('validate'))
    .description(
      'ask the configured questions of the data of a source, and go through the checklist; exits 1 when something is not as expected',
    )
    .addHelpText(
      'after',
      examples(session.parts.name, [['validate', 'what verify --deep asks of restored data, here of the source']]),
    )
    .action((named: string | undefined, options: SourceChoice, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(session.parts, async (signal) => {
          const validated = await validateSource(world, { principal, signal, ...chosenSource(named, options) });
          if (validated.kind === 'refused') return validated;
          const exitStatus = worries(validated.report) > 0 ? 1 : 0;
          return { document: validated, text: validationText(validated.report), exitStatus } as const;
        }),
      ),
    );
}

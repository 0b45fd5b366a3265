import type { Command } from 'commander';
import type { CopyState } from '../../../domain/copies/copy-status.ts';
import { formatList } from '../../../domain/wording.ts';
import { type CopiedNow, copyNow } from '../../../operations/copies/copy-now.ts';
import { readCopies, type SourceCopies } from '../../../operations/copies/read-copies.ts';
import { type Answer, done, troubleText } from '../answer.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';

export function registerCopies(program: Command, session: Session): void {
  const { parts } = session;
  choosingSource(program.command('copies'), 'only this source')
    .description('where else the backups lie, and how far behind each copy is')
    .option('--now', 'bring the copies up to date now, where no bot does')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['copies', 'how every copy stands'],
        ['copies --now', 'copy what is missing; the bot does so by itself'],
      ]),
    )
    .action((named: string | undefined, options: SourceChoice & { now?: boolean }, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const request = { principal, ...chosenSource(named, options) };
          if (!options.now) {
            const copies = readCopies(world, request);
            return copies.kind === 'refused' ? copies : done(copies, copies.sources.map(describe).join('\n\n'));
          }
          const copied = await copyNow(world, { ...request, signal });
          return copied.kind === 'refused' ? copied : answerFor(copied);
        }),
      ),
    );
}

function describe({ source, copies }: SourceCopies): string {
  if (copies.length === 0) return `${source}: no copies are configured (repository.copies)`;
  return [`${source}:`, ...copies.map((copy) => `  ${describeCopy(copy)}`)].join('\n');
}

function describeCopy({ copy, location, words, trouble }: CopyState): string {
  const head = `${copy} (${location}): ${words}`;
  return trouble ? `${head}\n    ✗ ${trouble.message}\n      → ${trouble.hint}` : head;
}

function answerFor(copied: CopiedNow): Answer {
  const { busy, troubles } = copied;
  const others = busy.length > 0 ? [`Another process, the bot as a rule, fills ${formatList(busy)} right now.`] : [];
  const text = [describe(copied), ...others].join('\n');
  if (troubles.length === 0) return done(copied, text);
  const trouble = troubles.map(({ copy, message, hint }) => troubleText(`${copy}: ${message}`, hint)).join('\n');
  return { document: copied, text, trouble, exitStatus: 1 };
}

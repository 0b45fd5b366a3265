import type { Command } from 'commander';
import { countOf } from '../../../domain/measures.ts';
import { type RepositorySetUp, setUpRepository } from '../../../operations/set-up-repository.ts';
import type { SetupCheck } from '../../../ports/repository-setup.ts';
import type { Answer } from '../answer.ts';
import { checkLine, checkLines } from '../check-lines.ts';
import type { CliParts } from '../cli-parts.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';

export function registerRepository(program: Command, session: Session): void {
  const { parts } = session;
  program
    .command('repository')
    .description('the places where backups are kept')
    .command('setup')
    .description('look at how a repository is set up, and mend what you say')
    .argument('[name]', 'which one (default: the primary)')
    .option('--create', 'make the bucket when it is not there', false)
    .option('--yes', 'mend everything that can be mended, without asking', false)
    .addHelpText(
      'after',
      examples(parts.name, [
        ['repository setup', 'shows each setting; on a terminal asks what to mend'],
        ['repository setup cloud --create --yes', 'makes the bucket and sets it up'],
      ]),
    )
    .action((name: string | undefined, options: { create: boolean; yes: boolean }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const choose = options.yes ? async (checks: readonly SetupCheck[]) => checks : askingEach(parts);
        const { create } = options;
        const setUp = await setUpRepository(world, { principal, create, choose, ...(name !== undefined && { name }) });
        return setUp.kind === 'refused' ? setUp : answerFor(setUp, parts);
      }),
    );
}

/** Where nobody sits at the terminal nothing is changed. */
function askingEach({ terminal }: CliParts): (checks: readonly SetupCheck[]) => Promise<readonly SetupCheck[]> {
  return async (checks) => {
    const chosen: SetupCheck[] = [];
    for (const check of terminal.ask ? checks : []) {
      const { mend: _, ...line } = check;
      terminal.err(`${checkLine(line, checks, terminal.errColours)}\n`);
      const said = await terminal.ask?.('    Mend it? [y/N] ');
      if (/^y(es)?$/i.test(said?.trim() ?? '')) chosen.push(check);
    }
    return chosen;
  };
}

function answerFor(setUp: RepositorySetUp, { terminal, name }: CliParts): Answer {
  const { applied, created, checks, location, repository } = setUp;
  const done = [
    ...(created ? [`Made ${location}.`] : []),
    ...(applied.length > 0 ? [`Mended ${countOf(applied.length, 'setting')}.`] : []),
  ];
  const left = checks.some(({ mend }) => mend?.startsWith('tidemark repository setup'));
  const hint = left ? [`To mend what can be mended: ${name} repository setup ${repository} --yes`] : [];
  return {
    document: setUp,
    text: [...done, checkLines(checks, terminal.outColours), ...hint].join('\n'),
    exitStatus: checks.some(({ state }) => state === 'bad') ? 1 : 0,
  };
}

import type { Command } from 'commander';
import { countOf } from '../../../domain/measures.ts';
import { rebuildCatalog } from '../../../operations/rebuild-catalog.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';

export function registerCatalog(program: Command, session: Session): void {
  program
    .command('catalog')
    .description('the list of backups that status and backups read')
    .command('rebuild')
    .description('read it anew from the repositories, which are the truth')
    .addHelpText('after', examples(session.parts.name, [['catalog rebuild', 'after the state database was lost']]))
    .option('--from <repository>', 'which repository to read (default: the primary)')
    .action((options: { from?: string }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const rebuilt = await rebuildCatalog(world, { principal, ...options });
        if (rebuilt.kind === 'refused') return rebuilt;
        const { backups, repository, unreadable, shredded } = rebuilt;
        const gone = shredded.map((id) => `  ${id} is shredded`);
        const left = unreadable.map(({ id, why }) => `  ! ${id} is left out: ${why}`);
        return done(
          rebuilt,
          [`The catalog lists ${countOf(backups, 'backup')}, read from ${repository}.`, ...gone, ...left].join('\n'),
        );
      }),
    );
}

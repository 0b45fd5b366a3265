import type { Command } from 'commander';
import { pinWords } from '../../../domain/pin.ts';
import { formatList } from '../../../domain/wording.ts';
import { keepBackup, unkeepBackup } from '../../../operations/keep-backup.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';

interface KeepOptions {
  readonly source?: string;
  readonly reason: string;
  readonly until?: string;
}

const which = 'a backup id, its last four characters, or latest';
const whose = 'whose latest; may be left out when there is one source';

/** `keep` and `unkeep`. */
export function registerKeep(program: Command, session: Session): void {
  program
    .command('keep')
    .description('keep a backup beyond its time: nothing removes it until the day named, or until it is released')
    .argument('<backup>', which)
    .requiredOption('-r, --reason <words>', 'why, for whoever wonders later')
    .option('-u, --until <day>', 'the last day on which it is kept, in UTC; left out: until unkeep')
    .option('-s, --source <name>', whose)
    .addHelpText(
      'after',
      examples(session.parts.name, [['keep x7k2 --reason "before the migration" --until 2027-03-01', '']]),
    )
    .action((backup: string, options: KeepOptions, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const kept = await keepBackup(world, { principal, backup, ...options });
        if (kept.kind === 'refused') return kept;
        return done(kept, [`${kept.backupId} is ${pinWords(kept.pin)}`, ...unreachedLines(kept)].join('\n'));
      }),
    );
  program
    .command('unkeep')
    .description('release a backup that is kept: it goes when its own time is over')
    .argument('<backup>', which)
    .option('-s, --source <name>', whose)
    .addHelpText('after', examples(session.parts.name, [['unkeep x7k2', '']]))
    .action((backup: string, options: { source?: string }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const released = await unkeepBackup(world, { principal, backup, ...options });
        if (released.kind === 'refused') return released;
        return done(released, [`${released.backupId} is released.`, ...unreachedLines(released)].join('\n'));
      }),
    );
}

function unreachedLines({ unreached }: { unreached: readonly string[] }): string[] {
  return unreached.length === 0
    ? []
    : [`  ! ${formatList(unreached)} could not be told. Run it again when it is back.`];
}

import type { Command } from 'commander';
import { changeCounts, changeLines } from '../../../domain/schema-diff/change-words.ts';
import { diffSchemas, type SchemaDiff } from '../../../operations/diff-schemas.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';

export function registerSchema(program: Command, session: Session): void {
  const schema = program.command('schema').description('compare how things are made, not what is in them');
  schema
    .command('diff')
    .description(
      'what changed between the structures of two backups, schema or full ones; counters and dates do not count',
    )
    .argument('<before>', 'a backup id, its last four characters, or latest for the newest schema backup')
    .argument('<after>', 'the same')
    .option('-s, --source <name>', 'whose latest; may be left out when there is one source')
    .addHelpText('after', examples(session.parts.name, [['schema diff x7k2 latest', 'since that backup']]))
    .action((before: string, after: string, options: { source?: string }, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(session.parts, async (signal) => {
          const diff = await diffSchemas(world, { principal, before, after, signal, ...options });
          return diff.kind === 'refused' ? diff : done(diff, describe(diff));
        }),
      ),
    );
}

function describe({ before, after, changes }: SchemaDiff): string {
  return [`${before.id} to ${after.id}: ${changeCounts(changes)}`, ...changes.flatMap(changeLines)].join('\n');
}

import type { Command } from 'commander';
import { formatBytes, formatCount } from '../../../domain/measures.ts';
import type { RepositoryUse } from '../../../domain/storage-use.ts';
import { fullWords } from '../../../domain/storage-words.ts';
import { measureStorage } from '../../../operations/measure-storage.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';
import { renderTable } from '../table.ts';

export function registerStorage(program: Command, session: Session): void {
  choosingSource(program.command('storage'), 'only this source')
    .description('what backups take, how fast it grows, and when the disk is full')
    .addHelpText(
      'after',
      examples(session.parts.name, [
        ['storage', 'every repository and source'],
        ['storage --json', 'the same for a monitor'],
      ]),
    )
    .action((named: string | undefined, options: SourceChoice, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const measured = await measureStorage(world, { principal, ...chosenSource(named, options) });
        return measured.kind === 'refused'
          ? measured
          : done(measured, measured.repositories.map(describe).join('\n\n'));
      }),
    );
}

function describe(use: RepositoryUse): string {
  const rows = use.sources.flatMap(({ source, kinds }) =>
    kinds.map(({ kind, count, bytes, bytesPerDay }) => [
      source,
      kind,
      formatCount(count),
      formatBytes(bytes),
      formatBytes(bytesPerDay),
    ]),
  );
  const table = renderTable(
    [
      { title: 'SOURCE' },
      { title: 'KIND' },
      { title: 'COUNT', align: 'right' },
      { title: 'STORED', align: 'right' },
      { title: 'A DAY', align: 'right' },
    ],
    rows,
  );
  return [`${use.repository} (${use.location}): ${fullWords(use)}`, ...(rows.length > 0 ? [table] : [])].join('\n');
}

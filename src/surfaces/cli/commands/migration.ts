import type { Command } from 'commander';
import { formatMoment } from '../../../domain/measures.ts';
import type { Migration } from '../../../domain/migration/migration.ts';
import { changeCounts, changeLines } from '../../../domain/schema-diff/change-words.ts';
import { diffSchemas } from '../../../operations/diff-schemas.ts';
import { endMigration, startMigration } from '../../../operations/migration/announce-migration.ts';
import { listMigrations } from '../../../operations/migration/list-migrations.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import { followJob } from '../follow-job.ts';
import { interruptible } from '../interruptible.ts';
import { outcomeAnswer } from '../outcome-answer.ts';
import type { Session } from '../session.ts';
import type { SourceChoice } from '../source-choice.ts';
import { renderTable } from '../table.ts';

const announcements = {
  start: {
    announce: startMigration,
    description:
      'say that a migration is about to begin: a schema backup keeps how it was; begin when this has ended with 0',
    example: 'migration start 001-add-phone && npm run migrate',
  },
  end: {
    announce: endMigration,
    description: 'say that it is over: another schema backup tells what it changed',
    example: 'migration end 001-add-phone',
  },
} as const;

export function registerMigration(program: Command, session: Session): void {
  const { parts } = session;
  const migration = program
    .command('migration')
    .description('announce changes of the structure, so that they can be led back; for pipelines');
  for (const [verb, { announce, description, example }] of Object.entries(announcements)) {
    migration
      .command(verb)
      .description(description)
      .argument('<name>', 'as its rollback script is called: rollback-NAME.sql')
      .option('-s, --source <name>', 'may be left out when there is one source')
      .addHelpText('after', examples(parts.name, [[example, '']]))
      .action((name: string, { source }: SourceChoice, command: Command) =>
        session.inWorld(command, ({ world, principal }) =>
          interruptible(parts, async (signal) => {
            const started = announce(world, { principal, name, signal, ...(source !== undefined && { source }) });
            if (started.kind === 'refused') return started;
            const { job } = started;
            const backup = started.done.then(({ outcome }) => outcome);
            const outcome = await followJob(world, { job, done: backup }, parts.terminal);
            const { migration: marked } = await started.done;
            if (!marked) return outcomeAnswer(world, job, outcome);
            const diff =
              marked.ended &&
              (await diffSchemas(world, {
                principal,
                before: marked.started.backupId,
                after: marked.ended.backupId,
                signal,
              }));
            const changes = diff?.kind === 'schema-diff' ? diff.changes : undefined;
            const lines = changes ? [changeCounts(changes), ...changes.flatMap(changeLines)] : [];
            const document = { kind: 'migration', ...marked, ...(changes && { changes }) };
            return done(document, [describe(marked), ...lines.map((line) => `  ${line}`)].join('\n'));
          }),
        ),
      );
  }
  migration
    .command('list')
    .description('those that were announced, the newest first')
    .option('-s, --source <name>', 'of one source alone')
    .action((choice: SourceChoice, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listMigrations(world, { principal, ...choice });
        if (listed.kind === 'refused') return listed;
        const rows = listed.migrations.map((each) => [
          each.name,
          each.source,
          each.state,
          formatMoment(new Date(each.started.at)),
          each.started.backupId,
        ]);
        const text = rows.length === 0 ? 'No migration was announced.' : renderTable(columns, rows);
        return done(listed, text);
      }),
    );
}

const columns = [
  { title: 'Migration' },
  { title: 'Source' },
  { title: 'Is' },
  { title: 'Started' },
  { title: 'Backup before' },
];

function describe({ name, source, started, ended }: Migration): string {
  const { backupId, position } = ended ?? started;
  const place = `${position.file}:${position.offset}${position.gtidSet === '' ? '' : `, ${position.gtidSet}`}`;
  return ended
    ? `Migration ${name} of ${source} is over, by ${backupId} at ${place}.`
    : `Migration ${name} of ${source} may begin: ${backupId} keeps how it was, at ${place}.`;
}

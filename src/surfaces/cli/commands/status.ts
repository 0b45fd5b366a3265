import type { Command } from 'commander';
import { placesWords } from '../../../domain/binlog/binlog-status.ts';
import { jobNames } from '../../../domain/job.ts';
import { countOf, formatAgo } from '../../../domain/measures.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import { noteFreeSpace } from '../../../operations/measure-storage.ts';
import { readStatus } from '../../../operations/read-status.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';

export function registerStatus(program: Command, session: Session): void {
  choosingSource(program.command('status'), 'only this source')
    .description('how near to now each source can be recovered, proven when, and what is late')
    .addHelpText(
      'after',
      examples(session.parts.name, [
        ['status', 'how all sources stand, the worst first'],
        ['status --json', 'the same for a monitor'],
      ]),
    )
    .action((named: string | undefined, options: SourceChoice, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        await noteFreeSpace(world);
        const status = readStatus(world, { principal, ...chosenSource(named, options) });
        return status.kind === 'refused'
          ? status
          : done(status, status.sources.map((one) => describe(one, status.at)).join('\n\n'));
      }),
    );
}

function describe(status: SourceStatus, at: Date): string {
  const running = status.running.map(
    ({ kind, jobId, startedBy, startedAt }) =>
      `  … ${jobNames[kind]} ${jobId} runs, started by ${startedBy} ${formatAgo(startedAt, at)}`,
  );
  const { shredded } = status.recovery;
  const gone = shredded > 0 ? [`  ${countOf(shredded, 'backup')} shredded: listed, never to be read again`] : [];
  const warnings = status.warnings.flatMap(({ severity, text, hint }) => [
    `  ${severity === 'critical' ? '✗' : '!'} ${text}`,
    `      → ${hint}`,
  ]);
  const places = placesWords(status.recovery.places, at);
  return [
    `${status.source}: ${status.headline}`,
    ...(places === '' ? [] : [`  ${places}`]),
    `  ${status.risk.sentence}`,
    ...status.copies.map(({ copy, words }) => `  copy ${copy} ${words}`),
    ...running,
    ...gone,
    ...warnings,
  ].join('\n');
}

import type { Command } from 'commander';
import { candidateTitle, changedWords, recoverCommand } from '../../../domain/binlog/candidate-words.ts';
import { formatAgo, formatMoment } from '../../../domain/measures.ts';
import { parseMoment } from '../../../domain/moment.ts';
import { formatInstant } from '../../../domain/wording.ts';
import {
  type Candidate,
  type FoundStatements,
  findStatement,
  usualMost,
} from '../../../operations/binlog/find-statement.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from '../whole-number.ts';

interface FindOptions {
  readonly source?: string;
  readonly since?: string;
  readonly until?: string;
  readonly most: number;
}

export function registerFind(program: Command, session: Session): void {
  program
    .command('find')
    .description('search the shipped binlogs for a statement, and say how to recover to just before it')
    .argument('<statement...>', 'a statement or its beginning; case, quotes and comments do not count')
    .option('-s, --source <name>', 'whose binlogs; may be left out when there is one source')
    .option('--since <moment>', 'from then on: "2026-11-28 02:30" in UTC, or 2h ago')
    .option('--until <moment>', 'up to then')
    .option('--most <number>', 'so many, the newest', wholeNumber, usualMost)
    .addHelpText(
      'after',
      examples(session.parts.name, [
        ['find DROP TABLE users', 'who dropped it, and when'],
        ['find "DELETE FROM shop.orders" --since 2h', 'rows too, where only they are in the binlog'],
      ]),
    )
    .action((words: string[], { source, since, until, most }: FindOptions, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(session.parts, async (signal) => {
          const now = world.clock.now();
          const found = await findStatement(world, {
            principal,
            wanted: words.join(' '),
            most,
            signal,
            ...(source !== undefined && { source }),
            ...(since !== undefined && { since: parseMoment(since, now) }),
            ...(until !== undefined && { until: parseMoment(until, now) }),
          });
          return found.kind === 'refused' ? found : done(found, describe(found, now));
        }),
      ),
    );
}

function describe(found: FoundStatements, now: Date): string {
  const { source, wanted, candidates, more, searched, unsearched } = found;
  const span = searched
    ? `between ${formatMoment(searched.from)} and ${formatMoment(searched.to)}`
    : 'of that time, for nothing of it is shipped';
  const head =
    candidates.length === 0
      ? `“${wanted}” is not in the binlogs of ${source} ${span}.`
      : `“${wanted}” in the binlogs of ${source}, the newest first:`;
  return [
    head,
    ...candidates.map((one) => describeOne(one, source, now)),
    ...(more ? ['There are more before these: name an earlier --until, or a larger --most.'] : []),
    ...(unsearched.length > 0 ? [['Not searched:', ...unsearched.map((one) => `  ! ${one}`)].join('\n')] : []),
  ].join('\n\n');
}

function describeOne(candidate: Candidate, source: string, now: Date): string {
  const { at, file, position, gtid, schema, statement } = candidate;
  const changed = changedWords(candidate);
  return [
    `${formatInstant(at, now)} (${formatAgo(at, now)})  ${candidateTitle(candidate)}`,
    `  in ${schema || 'no schema'}, at ${file}:${position}${gtid === undefined ? '' : `, GTID ${gtid}`}`,
    ...(changed !== '' && (statement !== '' || changed.includes(':')) ? [`  ${changed}`] : []),
    `  to just before it: ${recoverCommand(source, candidate)}`,
  ].join('\n');
}

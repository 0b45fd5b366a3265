import type { Command } from 'commander';
import { countOf, formatBytes } from '../../../domain/measures.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { PrunePlan, RepositoryPlan } from '../../../domain/retention/prune-plan.ts';
import type { PruneReport } from '../../../domain/retention/prune-report.ts';
import { lockWords, pruneWords } from '../../../domain/retention/prune-words.ts';
import { planPrune } from '../../../operations/plan-prune.ts';
import { prune } from '../../../operations/prune.ts';
import { type Answer, done, troubleText } from '../answer.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';
import { renderTable } from '../table.ts';

interface PruneOptions extends SourceChoice {
  readonly dryRun: boolean;
  readonly plan?: string;
}

export function registerPrune(program: Command, session: Session): void {
  const { parts } = session;
  choosingSource(program.command('prune'))
    .description('remove the backups whose time is over and that nothing needs; the bot does it every day')
    .option('-n, --dry-run', 'only show what would be removed, and why the rest stays', false)
    .option('--plan <id>', 'remove exactly what a dry run showed, or nothing')
    .addHelpText(
      'after',
      examples(parts.name, [
        ['prune --dry-run', 'what would go'],
        ['prune alumni', 'remove it now'],
      ]),
    )
    .action((named: string | undefined, { dryRun, plan, ...options }: PruneOptions, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal): Promise<Answer | Refusal> => {
          const request = { principal, ...chosenSource(named, options) };
          if (dryRun) {
            const planned = await planPrune(world, request);
            return planned.kind === 'refused' ? planned : planAnswer(planned.plan, parts.name);
          }
          const answer = await prune(world, { ...request, signal, ...(plan !== undefined && { plan }) });
          if (answer.kind === 'refused') return answer;
          return answer.kind === 'plan-changed' ? changedAnswer(answer.plan, parts.name) : reportAnswer(answer.report);
        }),
      ),
    );
}

function planAnswer(plan: PrunePlan, name: string): Answer {
  const goes = plan.repositories.some(({ removals }) => removals.length > 0);
  const next = goes ? [`\nTo do just this: ${name} prune ${plan.source} --plan ${plan.id}`] : [];
  const trouble = plan.repositories.flatMap(({ obstacle }) => obstacle ?? []);
  return {
    document: { kind: 'plan', ...plan },
    text: [plan.repositories.map((part) => describePlan(part)).join('\n\n'), ...next].join('\n'),
    ...withTrouble(trouble.map(({ message, hint }) => ({ text: message, hint }))),
  };
}

function changedAnswer(plan: PrunePlan, name: string): Answer {
  const shown = planAnswer(plan, name);
  const trouble = troubleText(
    'That is not what would be removed now; nothing was done.',
    'Look again, and name this plan.',
  );
  return { ...shown, document: { kind: 'plan-changed', ...plan }, trouble, exitStatus: 3 };
}

function reportAnswer(report: PruneReport): Answer {
  const words = pruneWords(report);
  const lines = [
    `${words.headline}.`,
    ...words.removed.map(({ id, text }) => `  - ${id}, ${text}`),
    ...words.notes.map((note) => `  ! ${note}`),
  ];
  return { ...done({ kind: 'pruned', ...report }, lines.join('\n')), ...withTrouble(words.obstacles) };
}

function withTrouble(obstacles: readonly { text: string; hint: string }[]): Pick<Answer, 'exitStatus' | 'trouble'> {
  if (obstacles.length === 0) return { exitStatus: 0 };
  return { exitStatus: 1, trouble: obstacles.map(({ text, hint }) => troubleText(text, hint)).join('\n') };
}

function describePlan({ repository, removals, locked, kept, obstacle }: RepositoryPlan): string {
  const bytes = removals.reduce((sum, removal) => sum + removal.bytes, 0);
  const backups = removals.filter(({ kind }) => kind !== 'binlog');
  const files = removals.length - backups.length;
  const young = kept.filter(({ reason }) => reason === 'young');
  const others = kept.filter(({ reason, kind }) => reason !== 'young' && kind !== 'binlog');
  const going =
    removals.length === 0
      ? [`Nothing in ${repository} would be removed.`]
      : [
          `Would be removed from ${repository}, ${formatBytes(bytes)}:`,
          ...indented(backups.map(({ id, why }) => [id, why])),
          ...(files > 0 ? [`  ${countOf(files, 'binlog file')}`] : []),
        ];
  return [
    ...going,
    ...locked.map(({ id, lockedUntil }) => `  ! ${lockWords(id, repository, lockedUntil)}`),
    ...(others.length > 0 ? ['Stays, whatever its age:', ...indented(others.map(({ id, why }) => [id, why]))] : []),
    ...(young.length > 0 && !obstacle
      ? [`${countOf(young.length, 'other')} within ${young.length === 1 ? 'its' : 'their'} time.`]
      : []),
  ].join('\n');
}

function indented(rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const [, ...lines] = renderTable([{ title: '' }, { title: '' }], rows).split('\n');
  return lines.map((line) => `  ${line}`);
}

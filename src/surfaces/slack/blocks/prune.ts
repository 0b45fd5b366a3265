import { countOf, formatBytes } from '../../../domain/measures.ts';
import type { PrunePlan, RepositoryPlan } from '../../../domain/retention/prune-plan.ts';
import type { PruneReport } from '../../../domain/retention/prune-report.ts';
import { lockWords, pruneWords } from '../../../domain/retention/prune-words.ts';
import type { Verdict } from '../../../domain/retention/retention.ts';
import { shorten } from '../../../domain/wording.ts';
import { actions, confirmed, context, type Message, message, runButton, section } from './message.ts';
import { bold, code, escapeMrkdwn, person } from './mrkdwn.ts';

const mostLines = 12;

/** What pruning would remove, and the button that does just that. */
export function prunePlanMessage(plan: PrunePlan, { changed = false } = {}): Message {
  const { source, id, repositories } = plan;
  const goes = new Set(repositories.flatMap(({ removals }) => removals.map((removal) => removal.id)));
  const what = goes.size === 0 ? 'nothing goes' : `${countOf(goes.size, 'backup')} would go`;
  const remove = runButton(
    `Remove ${goes.size === 1 ? 'it' : `these ${goes.size}`}`,
    `prune ${source} ${id}`,
    0,
    'danger',
  );
  const question = {
    title: 'Remove for good?',
    text: `${countOf(goes.size, 'backup')} of ${shorten(source, 60)}. Nothing that is newer, pinned or needed goes.`,
    yes: 'Remove',
    no: 'Leave them',
  };
  return message(`Pruning ${source}: ${what}.`, [
    changed ? section('⚠️ What you saw is not what would go now. Nothing was removed; here it is anew.') : undefined,
    section(`🧹 ${bold(`Pruning ${source}`)} · ${what}`),
    ...repositories.flatMap(repositoryBlocks),
    goes.size > 0 ? actions(confirmed(remove, question)) : undefined,
  ]);
}

function repositoryBlocks({ repository, removals, locked, kept, obstacle }: RepositoryPlan) {
  const bytes = removals.reduce((sum, removal) => sum + removal.bytes, 0);
  const stays = kept.filter(({ reason, kind }) => reason !== 'young' && kind !== 'binlog');
  const young = kept.length - stays.length;
  return [
    removals.length > 0
      ? section([`*Goes* from ${escapeMrkdwn(repository)}, ${formatBytes(bytes)}`, ...listed(removals)].join('\n'))
      : undefined,
    locked.length > 0
      ? section(
          [
            '*Locked*',
            ...cut(locked.map((one) => `• ${escapeMrkdwn(lockWords(one.id, repository, one.lockedUntil))}`)),
          ].join('\n'),
        )
      : undefined,
    stays.length > 0
      ? section([`*Stays* in ${escapeMrkdwn(repository)}, whatever its age`, ...listed(stays)].join('\n'))
      : undefined,
    obstacle ? section(`🔴 ${escapeMrkdwn(obstacle.message)}\n_${escapeMrkdwn(obstacle.hint)}_`) : undefined,
    young > 0
      ? context(
          `${countOf(young, 'other')} in ${escapeMrkdwn(repository)} within ${young === 1 ? 'its' : 'their'} time.`,
        )
      : undefined,
  ];
}

function listed(verdicts: readonly Verdict[]): string[] {
  const backups = verdicts.filter(({ kind }) => kind !== 'binlog');
  const files = verdicts.length - backups.length;
  const lines = backups.map(({ id, why }) => `• ${code(id)} ${escapeMrkdwn(shorten(why, 200))}`);
  return [...cut(lines), ...(files > 0 ? [`• ${countOf(files, 'binlog file')}`] : [])];
}

function cut(lines: readonly string[]): string[] {
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), `… and ${more} more`] : [...lines];
}

/** What was removed, and why: the report in the thread of its day, or in the channel where something stood in the way. */
export function prunedMessage(report: PruneReport): Message {
  const { headline, removed, notes, obstacles } = pruneWords(report);
  const trouble = obstacles.length > 0 ? '🔴' : notes.length > 0 ? '⚠️' : '🧹';
  const who = report.by === 'tidemark' ? 'on its daily round' : `asked for by ${person(report.by)}`;
  const short =
    obstacles.length > 0 ? 'pruning met trouble; nothing that is needed was removed' : headline.toLowerCase();
  return message(`${report.source}: ${short}`, [
    section(`${trouble} ${bold(`Pruning ${report.source}`)} · ${headline}`),
    removed.length > 0
      ? section(cut(removed.map(({ id, text }) => `• ${code(id)} ${escapeMrkdwn(shorten(text, 250))}`)).join('\n'))
      : undefined,
    ...obstacles.map(({ text, hint }) => section(`🔴 ${escapeMrkdwn(text)}\n_${escapeMrkdwn(hint)}_`)),
    ...notes.slice(0, mostLines).map((note) => context(`⚠️ ${escapeMrkdwn(note)}`)),
    context(who),
  ]);
}

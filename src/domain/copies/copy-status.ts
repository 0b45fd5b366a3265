import { countOf, formatDuration } from '../measures.ts';
import { type Backlog, type CopyStanding, copyHalves } from './copy-standing.ts';

/** What there is to know about one copy of a source. */
export interface CopyFacts {
  /** The copy's name. */
  readonly copy: string;
  readonly location: string;
  /** Milliseconds that it may be behind. */
  readonly maxLag: number;
  /** Undefined when nobody ever filled it. */
  readonly standing?: CopyStanding;
  /** Whether somebody fills it now. */
  readonly running: boolean;
}

/** How a copy stands at some moment. */
export interface CopyState {
  readonly copy: string;
  readonly location: string;
  /** Since when it has lacked something that the primary has, or could not be looked at; null where it has everything. */
  readonly behindSince: Date | null;
  readonly missingBackups: number;
  readonly missingSegments: number;
  readonly trouble: { readonly message: string; readonly hint: string } | null;
  /** `has everything`, `12 min behind: 2 backups and 40 binlog segments are on their way` */
  readonly words: string;
}

export interface CopyWarning {
  readonly code: 'copy-behind' | 'copy-off';
  readonly severity: 'warning' | 'critical';
  readonly text: string;
  readonly hint: string;
}

export function copyState({ copy, location, standing }: CopyFacts, now: Date): CopyState {
  const behindSince = standing ? earliest(copyHalves.flatMap((half) => since(standing[half]))) : null;
  const missingBackups = standing?.sets.missing ?? 0;
  const missingSegments = standing?.segments.missing ?? 0;
  const trouble = standing?.sets.trouble ?? standing?.segments.trouble ?? null;
  const state = { copy, location, behindSince, missingBackups, missingSegments, trouble };
  return { ...state, words: standing ? wordsFor(state, now) : 'nothing was ever copied there' };
}

function since({ oldest, trouble }: Backlog): Date[] {
  const moment = oldest ?? trouble?.since;
  return moment === undefined ? [] : [new Date(moment)];
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

function wordsFor(state: Omit<CopyState, 'words'>, now: Date): string {
  const { behindSince, missingBackups, missingSegments } = state;
  if (!behindSince) return 'has everything';
  const missing = [
    ...(missingBackups > 0 ? [countOf(missingBackups, 'backup')] : []),
    ...(missingSegments > 0 ? [countOf(missingSegments, 'binlog segment')] : []),
  ].join(' and ');
  const lag = formatDuration(Math.max(1000, now.getTime() - behindSince.getTime()));
  if (missing === '') return `has been in trouble for ${lag}`;
  return `${lag} behind: ${missing} ${missingBackups + missingSegments === 1 ? 'is' : 'are'} on the way`;
}

/** What of the copies wants somebody's attention: from half of its bound on a copy is warned of, beyond the bound it is an alarm. */
export function copyWarnings(copies: readonly CopyFacts[], now: Date): CopyWarning[] {
  return copies.flatMap((facts): CopyWarning[] => {
    const { copy, running, standing, maxLag } = facts;
    if (!running && !standing) {
      const text = `Nothing was ever copied to ${copy}: what happens to the primary happens to every backup.`;
      return [{ code: 'copy-off', severity: 'warning', text, hint: 'Run the bot: tidemark start.' }];
    }
    const state = copyState(facts, now);
    const lag = state.behindSince === null ? 0 : now.getTime() - state.behindSince.getTime();
    if (lag < maxLag / 2) return [];
    const why = state.trouble ? `: ${state.trouble.message}` : '.';
    const bound = `It may be ${formatDuration(maxLag)}.`;
    const isShort = state.missingBackups + state.missingSegments > 0;
    const text = `The copy ${copy} ${isShort ? 'is ' : ''}${state.words}${why}`;
    const hint = running
      ? `${state.trouble?.hint ?? 'It is catching up; if it does not, look at the network.'} ${bound}`
      : `Run the bot, which copies: tidemark start. ${bound}`;
    return [{ code: 'copy-behind', severity: lag < maxLag ? 'warning' : 'critical', text, hint }];
  });
}

import { formatAge, formatAgo, formatDuration } from '../measures.ts';
import { formatInstant } from '../wording.ts';
import type { BinlogStanding, Coverage } from './standing.ts';

/** What there is to know about a source's binlogs. */
export interface BinlogFacts {
  /** Undefined when nobody ever streamed them. */
  readonly standing?: BinlogStanding;
  /** Whether the configuration wants them streamed. */
  readonly wanted: boolean;
  /** Whether somebody streams them now. */
  readonly running: boolean;
}

/** How near to now one repository leads. */
export interface RecoverablePlace {
  readonly repository: string;
  readonly through: Date;
}

const warningCodes = ['stream-off', 'stream-trouble', 'binlog-gap', 'binlog-behind', 'purge-near'] as const;

export interface BinlogWarning {
  readonly code: (typeof warningCodes)[number];
  readonly severity: 'warning' | 'critical';
  readonly text: string;
  readonly hint: string;
}

export function isBinlogWarning<Warning extends { readonly code: string }>(
  warning: Warning,
): warning is Warning & { readonly code: BinlogWarning['code'] } {
  return warningCodes.some((code) => code === warning.code);
}

/** The latest moment that a backup can be rolled forward to from any repository; undefined where it has no binlogs behind it. */
export function rolledForward(facts: BinlogFacts | undefined, backupId: string): Date | undefined {
  const moments = (facts?.standing?.coverage ?? []).flatMap((coverage) =>
    coverage.reaches.filter((reach) => reach.backupId === backupId).map(({ to }) => momentOf(facts, coverage, to)),
  );
  return moments.sort((a, b) => b.getTime() - a.getTime())[0];
}

/** How near to now each repository leads, with whatever backup. */
export function recoverablePlaces(facts: BinlogFacts | undefined): RecoverablePlace[] {
  return (facts?.standing?.coverage ?? []).flatMap((coverage) => {
    const moments = coverage.reaches.map(({ to }) => momentOf(facts, coverage, to));
    const through = moments.sort((a, b) => b.getTime() - a.getTime())[0];
    return through ? [{ repository: coverage.repository, through }] : [];
  });
}

/** `primary to 14:31:58 UTC, 4 s ago · cloud to 14:30:02 UTC, 2 min ago`; empty where there is but one. */
export function placesWords(places: readonly RecoverablePlace[], now: Date): string {
  if (places.length < 2) return '';
  return places
    .map(({ repository, through }) => `${repository} to ${formatInstant(through, now)}, ${formatAge(through, now)}`)
    .join(' · ');
}

/** What reaches the end of all that is there holds the server's every moment since, for as long as nothing new was written there. */
function momentOf(facts: BinlogFacts | undefined, coverage: Coverage, to: string): Date {
  const held = facts?.standing?.heldAllAt;
  const primary = facts?.standing?.coverage[0];
  const isAtEnd = to === coverage.throughAt && JSON.stringify(coverage.end) === JSON.stringify(primary?.end);
  return new Date(isAtEnd && held && held > to ? held : to);
}

const minute = 60_000;
const noticeAfter = minute / 2;
/** The bound that a customer's recovery point has to keep is a quarter of an hour; somebody needs the rest of it to act. */
const criticalAfter = 5 * minute;

/** What of the binlogs wants somebody's attention. */
export function binlogWarnings(
  facts: BinlogFacts | undefined,
  { source, hasFull }: { source: string; hasFull: boolean },
  now: Date,
): BinlogWarning[] {
  if (!facts?.wanted) return [];
  const { standing, running } = facts;
  if (!running || !standing) {
    const text = 'Nobody streams the binlogs: what is committed now is in no backup until the next one.';
    return [{ code: 'stream-off', severity: 'warning', text, hint: 'Run the bot: tidemark start.' }];
  }
  return [
    ...troubleWarning(standing, now),
    ...(hasFull ? gapWarning(standing, source, now) : []),
    ...behindWarning(standing, now),
  ];
}

function troubleWarning({ trouble }: BinlogStanding, now: Date): BinlogWarning[] {
  if (!trouble) return [];
  const since = now.getTime() - Date.parse(trouble.since);
  if (since < noticeAfter) return [];
  const severity = since < criticalAfter ? 'warning' : 'critical';
  const text = `The binlog stream has been interrupted for ${formatDuration(since)}: ${trouble.message}`;
  return [{ code: 'stream-trouble', severity, text, hint: trouble.hint }];
}

/** Only of the primary, and only while no backup leads behind it: a new full heals every gap. */
function gapWarning({ coverage: [primary] }: BinlogStanding, source: string, now: Date): BinlogWarning[] {
  if (!primary?.end || primary.reaches.some(({ to }) => to === primary.throughAt)) return [];
  const gap = primary.gaps.at(-1);
  const hint = `Take a full backup now: backup full ${source}. Recovery to later moments begins there; earlier ones stay possible.`;
  if (!gap) {
    const text = 'No backup leads into the binlogs that are streamed.';
    return [{ code: 'binlog-gap', severity: 'critical', text, hint }];
  }
  const [after, before] = [new Date(gap.after), new Date(gap.before)];
  const text = `Binlogs are missing between ${formatInstant(after, now)} and ${formatInstant(before, now)}: ${gapWords[gap.reason]}. Nothing later can be recovered.`;
  return [{ code: 'binlog-gap', severity: 'critical', text, hint }];
}

const gapWords: Record<Coverage['gaps'][number]['reason'], string> = {
  missing: 'the server had purged them, or segments are damaged',
  incident: 'the server itself lost some',
  first: 'they were not streamed then',
  'other-server': 'another server answers now',
  reset: 'the binlogs of the server were reset',
  diverged: 'the server has another history now',
};

function behindWarning({ heldAllAt, expireSeconds, trouble }: BinlogStanding, now: Date): BinlogWarning[] {
  if (!heldAllAt) return [];
  const held = new Date(heldAllAt);
  const behind = now.getTime() - held.getTime();
  if (expireSeconds > 0 && behind > (expireSeconds * 1000) / 2) {
    const text = `The server purges binlogs after ${formatDuration(expireSeconds * 1000)}, and the repository is ${formatDuration(behind)} behind.`;
    const hint = 'Mend what keeps the stream, or let the server keep them longer: binlog_expire_logs_seconds.';
    return [{ code: 'purge-near', severity: 'critical', text, hint }];
  }
  if (behind < criticalAfter || trouble) return [];
  const text = `The repository is behind the server: what it has is of ${formatInstant(held, now)}, ${formatAgo(held, now)}.`;
  const hint = 'It is catching up. If it does not come nearer, look at the network and the repository.';
  return [{ code: 'binlog-behind', severity: behind < 3 * criticalAfter ? 'warning' : 'critical', text, hint }];
}

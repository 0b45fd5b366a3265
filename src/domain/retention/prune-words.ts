import { countOf, formatBytes, formatDay } from '../measures.ts';
import { formatList } from '../wording.ts';
import type { PruneReport } from './prune-report.ts';

/** What pruning did, as sentences for people; each surface puts them in its own frame. */
export interface PruneWords {
  /** `Removed 2 backups, 820 MiB` */
  readonly headline: string;
  /** One line for each backup: which, from where, why. */
  readonly removed: readonly { id: string; text: string }[];
  /** What is left to know: locks, and what lingers. */
  readonly notes: readonly string[];
  readonly obstacles: readonly { text: string; hint: string }[];
}

export function pruneWords({ removed, binlogs, locked, obstacles, lingering }: PruneReport): PruneWords {
  const backups = [...Map.groupBy(removed, ({ id }) => id)];
  const bytes = [...removed, ...binlogs].reduce((sum, each) => sum + each.bytes, 0);
  const files = binlogs.reduce((sum, each) => sum + each.files, 0);
  const what = [
    ...(backups.length > 0 ? [countOf(backups.length, 'backup')] : []),
    ...(files > 0 ? [countOf(files, 'binlog file')] : []),
  ];
  return {
    headline: what.length > 0 ? `Removed ${formatList(what)}, ${formatBytes(bytes)}` : 'Removed nothing',
    removed: backups.map(([id, places]) => {
      const where = formatList(places.map(({ repository }) => repository));
      return { id, text: `${formatBytes(places[0]?.bytes ?? 0)}, from ${where}: ${places[0]?.why ?? ''}` };
    }),
    notes: [
      ...locked.map(({ id, repository, until }) => lockWords(id, repository, until === null ? null : new Date(until))),
      ...lingering.map(
        ({ repository, backups: count }) =>
          `${countOf(count, 'removed backup')} still ${count === 1 ? 'lies' : 'lie'} in ${repository}, tagged for days: its lifecycle rule is missing. In a shell: tidemark repository setup ${repository}`,
      ),
    ],
    obstacles: obstacles.map(({ repository, message, hint }) => ({ text: `${repository}: ${message}`, hint })),
  };
}

export function lockWords(id: string, repository: string, until: Date | null): string {
  const end = until ? `until ${formatDay(until)}; it is tried again then` : 'under a hold without an end';
  return `${id} is locked in ${repository} ${end}.`;
}

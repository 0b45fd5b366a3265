import type { CatalogEntry } from '../../domain/catalog.ts';
import { countOf, formatMoment } from '../../domain/measures.ts';
import { changeCounts, changeLines, keptChangeLines } from '../../domain/schema-diff/change-words.ts';
import type { KeptChanges } from '../../domain/schema-diff/schema-change.ts';
import type { SchemaDiff } from '../../operations/diff-schemas.ts';
import { code } from './blocks/mrkdwn.ts';
import type { TextFile } from './delivery.ts';

/** `all` counts also those that nobody wrote down. */
export function findingsFile(
  { id, source, verified, findings }: Pick<CatalogEntry, 'id' | 'source' | 'verified' | 'findings'>,
  all: number,
): TextFile {
  const count = countOf(all, 'finding');
  const head = [`Backup ${id} of ${source} is bad: ${count}.`];
  if (verified) head.push(`Verified ${formatMoment(new Date(verified.at))}, ${depthWords[verified.depth]}.`);
  const unlisted = all - findings.length;
  const rest = unlisted > 0 ? ['', `… and ${unlisted} more that were not written down.`] : [];
  return {
    name: `findings-${id}.txt`,
    title: count,
    comment: `What was found wrong with ${code(id)}`,
    content: `${[...head, '', ...findings, ...rest].join('\n')}\n`,
  };
}

const depthWords = { read: 'every part re-read', restored: 'by restoring it onto a scratch server' };

/** All that changed between two structures. */
export function changesFile({ before, after, changes }: SchemaDiff): TextFile {
  const moment = ({ id, snapshotAt }: SchemaDiff['before']) => `${id}, of ${formatMoment(new Date(snapshotAt))}`;
  const head = [
    `Structure of ${after.source}: ${changeCounts(changes)}.`,
    `From ${moment(before)}`,
    `to   ${moment(after)}`,
  ];
  return {
    name: `schema-${before.id.slice(-4)}-${after.id.slice(-4)}.txt`,
    title: changeCounts(changes),
    comment: `What changed from ${code(before.id)} to ${code(after.id)}`,
    content: `${[...head, '', ...changes.flatMap(changeLines)].join('\n')}\n`,
  };
}

/** What a schema backup found changed, as much as it kept. */
export function keptChangesFile({ id, source }: Pick<CatalogEntry, 'id' | 'source'>, kept: KeptChanges): TextFile {
  const counts = changeCounts(kept.changes, kept.total);
  const head = [
    `Structure of ${source}: ${counts} from ${kept.since} to ${id}.`,
    `Without any cut, in a shell: tidemark schema diff ${kept.since} ${id}`,
  ];
  return {
    name: `schema-${kept.since.slice(-4)}-${id.slice(-4)}.txt`,
    title: counts,
    comment: `What changed since ${code(kept.since)}`,
    content: `${[...head, '', ...keptChangeLines(kept, Number.POSITIVE_INFINITY)].join('\n')}\n`,
  };
}

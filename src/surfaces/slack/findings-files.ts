import type { CatalogEntry } from '../../domain/catalog.ts';
import type { Job } from '../../domain/job.ts';
import { countOf, formatMoment } from '../../domain/measures.ts';
import type { World } from '../../operations/world.ts';
import { mostFindings } from './blocks/failed-job.ts';
import { code } from './blocks/mrkdwn.ts';
import type { Delivered, Delivery, TextFile } from './delivery.ts';
import { alertOf, createJobNotes, type Shown } from './job-notes.ts';

/** Puts what an alert has no room for into its thread: whoever must mend a bad backup has to know all that is wrong with it. */
export interface FindingsFiles {
  /** Once per alert; done also where there is nothing to add. Whoever is told `later` comes back. */
  attach(job: Job, shown: Shown): Promise<Delivered | 'done'>;
}

export function createFindingsFiles({ world, delivery }: { world: World; delivery: Delivery }): FindingsFiles {
  const notes = createJobNotes(world.state.notes);
  return {
    async attach(job, shown) {
      const alertTs = alertOf(shown);
      if (job.outcome?.kind !== 'found-bad' || shown.findingsFile !== undefined || alertTs === undefined) return 'done';
      const { backupId, findings: all } = job.outcome;
      const entry = world.state.catalog.get(backupId);
      if (!entry || entry.findings.length <= mostFindings) return 'done';

      const sent = await delivery.upload(shown.channel, alertTs, findingsFile(entry, all));
      if (sent.kind === 'later') return sent;
      // The alert itself names the first of them: without the file nobody is left unwarned.
      if (sent.kind === 'refused') {
        const hint = 'Slack does not take the file of findings; tidemark doctor says whether a scope is missing';
        world.log.warn({ error: sent.error, backup: backupId }, hint);
      }
      notes.show(job.id, { ...shown, findingsFile: sent.kind });
      return 'done';
    },
  };
}

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

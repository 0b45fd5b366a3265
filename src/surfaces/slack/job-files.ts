import type { Job } from '../../domain/job.ts';
import type { World } from '../../operations/world.ts';
import { mostFindings } from './blocks/failed-job.ts';
import { fitsInReport } from './blocks/schema-diff.ts';
import type { Delivered, Delivery, TextFile } from './delivery.ts';
import { alertOf, createJobNotes, type Shown } from './job-notes.ts';
import { findingsFile, keptChangesFile } from './text-files.ts';

/** Puts what a job's message has no room for into its thread: whoever must mend a bad backup has to know all that is wrong with it. */
export interface JobFiles {
  /** Once per job; done also where there is nothing to add. Whoever is told `later` comes back. */
  attach(job: Job, shown: Shown): Promise<Delivered | 'done'>;
}

export function createJobFiles({ world, delivery }: { world: World; delivery: Delivery }): JobFiles {
  const notes = createJobNotes(world.state.notes);
  return {
    async attach(job, shown) {
      if (shown.file !== undefined) return 'done';
      const wanted = fileOf(world, job, shown);
      if (!wanted) return 'done';
      const sent = await delivery.upload(shown.channel, wanted.threadTs, wanted.file);
      if (sent.kind === 'later') return sent;
      // The message itself names the first of it: without the file nobody is left unwarned.
      if (sent.kind === 'refused') {
        const hint = `Slack does not take the file ${wanted.file.name}; tidemark doctor says whether a scope is missing`;
        world.log.warn({ error: sent.error, backup: job.backupId }, hint);
      }
      notes.show(job.id, { ...shown, file: sent.kind });
      return 'done';
    },
  };
}

function fileOf(world: World, job: Job, shown: Shown): { threadTs: string; file: TextFile } | undefined {
  const { outcome } = job;
  if (outcome?.kind !== 'found-bad' && outcome?.kind !== 'succeeded') return undefined;
  const entry = world.state.catalog.get(outcome.backupId);
  if (!entry) return undefined;
  if (outcome.kind === 'found-bad') {
    const threadTs = alertOf(shown);
    if (threadTs === undefined || entry.findings.length <= mostFindings) return undefined;
    return { threadTs, file: findingsFile(entry, outcome.findings) };
  }
  const { schemaChanges } = entry;
  if (job.kind !== 'schema-backup' || !schemaChanges || fitsInReport(schemaChanges)) return undefined;
  return { threadTs: shown.threadTs ?? shown.ts, file: keptChangesFile(entry, schemaChanges) };
}

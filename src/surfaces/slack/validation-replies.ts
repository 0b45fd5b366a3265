import type { ValidationReport } from '../../domain/checklist/checklist.ts';
import type { Job } from '../../domain/job.ts';
import type { QueryVerdict } from '../../domain/validation/judge-query.ts';
import type { World } from '../../operations/world.ts';
import type { Message } from './blocks/message.ts';
import { bold } from './blocks/mrkdwn.ts';
import { answerMessage, checklistMessage, mostTableRows } from './blocks/validation.ts';
import type { Delivered, Delivery, TextFile } from './delivery.ts';
import { createJobNotes, type Shown } from './job-notes.ts';

/** Puts the checklist and the answers below the report of a deep verification: tables, and files where they are long. */
export interface ValidationReplies {
  /** Each once. Whoever is told `later` comes back; what Slack refuses is passed over. */
  attach(job: Job, shown: Shown): Promise<Delivered | 'done'>;
}

export function createValidationReplies({ world, delivery }: { world: World; delivery: Delivery }): ValidationReplies {
  const notes = createJobNotes(world.state.notes);
  return {
    async attach(job, shown) {
      const report = reportOf(world, job);
      if (!report) return 'done';
      const replies = repliesFor(job.source, report);
      const threadTs = shown.threadTs ?? shown.ts;
      for (let next = shown.validationReplies ?? 0; next < replies.length; next += 1) {
        const reply = replies[next];
        if (!reply) continue;
        const sent =
          'content' in reply
            ? await delivery.upload(shown.channel, threadTs, reply)
            : await delivery.post(shown.channel, reply, { threadTs });
        if (sent.kind === 'later') return sent;
        if (sent.kind === 'refused') {
          world.log.warn({ error: sent.error, job: job.id }, 'Slack does not take an answer of a validation');
        }
        const now = notes.shown(job.id) ?? shown;
        notes.show(job.id, { ...now, validationReplies: sent.kind === 'gone' ? replies.length : next + 1 });
        if (sent.kind === 'gone') break;
      }
      return 'done';
    },
  };
}

/** Of this very verification: the catalog knows only the newest. */
function reportOf(world: World, job: Job): ValidationReport | undefined {
  if (job.kind !== 'verification' || job.backupId === null || !job.finishedAt) return undefined;
  const report = world.state.catalog.get(job.backupId)?.validation;
  const at = report ? Date.parse(report.at) : 0;
  return at >= job.startedAt.getTime() && at <= job.finishedAt.getTime() ? report : undefined;
}

/** The checklist, then the answer to each query: a table, or a file where it is long. */
export function repliesFor(source: string, report: ValidationReport): (Message | TextFile)[] {
  const answers = report.queries.filter(({ rows }) => rows.length > 0);
  return [
    checklistMessage(source, report),
    ...answers.map((query) => (query.rows.length > mostTableRows ? csvFile(query) : answerMessage(query))),
  ];
}

export function csvFile({ name, columns, rows, unlisted }: QueryVerdict): TextFile {
  const lines = [columns, ...rows].map((row) => row.map(csvCell).join(','));
  const more = unlisted === 0 ? '' : `, the first ${rows.length} rows`;
  return {
    name: `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.csv`,
    title: name,
    comment: `${bold(name)}${more}`,
    content: `${lines.join('\r\n')}\r\n`,
  };
}

/** What begins like a formula is one to a spreadsheet: an apostrophe makes it text. */
function csvCell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

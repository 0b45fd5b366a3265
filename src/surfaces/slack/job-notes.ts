import { z } from 'zod';
import type { Notes } from '../../ports/state.ts';

/** Which messages show a job, so that a restarted bot goes on with them. */
const shownSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  /** The head of the thread that the message stands in. */
  threadTs: z.string().optional(),
  /** The alert in the channel, for a job whose message stands in a thread; the reply, for one whose message is its alert. */
  alertTs: z.string().optional(),
  /** The end of the job is shown. */
  ended: z.boolean().optional(),
  /** How many of the answers of a validation stand below the report. */
  validationReplies: z.number().optional(),
  /** What became of the file with what the message has no room for. */
  file: z.enum(['sent', 'refused', 'gone']).optional(),
});
export type Shown = z.infer<typeof shownSchema>;

/** The message in the channel that alarms: where the job's own stands in a thread, it has one beside. */
export function alertOf({ threadTs, ts, alertTs }: Shown): string | undefined {
  return threadTs === undefined ? ts : alertTs;
}

/** What `surfaces/slack` remembers in `state.notes`. */
export function createJobNotes(notes: Notes) {
  return {
    shown(jobId: string): Shown | undefined {
      const parsed = shownSchema.safeParse(parseJson(notes.get(`slack-job:${jobId}`)));
      return parsed.success ? parsed.data : undefined;
    },
    show: (jobId: string, shown: Shown) => notes.set(`slack-job:${jobId}`, JSON.stringify(shown)),
    forget: (jobId: string) => notes.remove(`slack-job:${jobId}`),

    dayHead: (channel: string, day: string) => notes.get(`slack-day:${channel}:${day}`),
    rememberDayHead: (channel: string, day: string, ts: string) => notes.set(`slack-day:${channel}:${day}`, ts),
    forgetDayHead: (channel: string, day: string) => notes.remove(`slack-day:${channel}:${day}`),

    /** Everything up to this revision is shown. Undefined before the first time. */
    seen(): number | undefined {
      const seen = notes.get('slack-jobs-seen');
      return seen === undefined ? undefined : Number(seen);
    },
    see: (revision: number) => notes.set('slack-jobs-seen', String(revision)),
  };
}

export type JobNotes = ReturnType<typeof createJobNotes>;

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

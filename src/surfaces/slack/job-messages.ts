import { backupKindMade, type Job } from '../../domain/job.ts';
import { failureOf } from '../../domain/job-failure.ts';
import { keepSample, type Sample } from '../../domain/rate.ts';
import type { World } from '../../operations/world.ts';
import { createAnsweredAlerts } from './answered-alerts.ts';
import { failedInThreadMessage, failedReplyMessage } from './blocks/failed-job.ts';
import type { Channels } from './channels.ts';
import type { DayThreads } from './day-threads.ts';
import type { Delivered, Delivery } from './delivery.ts';
import { createJobFiles } from './job-files.ts';
import { createJobNotes, type Shown } from './job-notes.ts';
import { isAlarming, viewJob } from './job-view.ts';
import type { Operations } from './operations.ts';
import { createValidationReplies } from './validation-replies.ts';

export interface JobMessages {
  /** Looks what changed and shows what may be shown now. Never throws because of Slack. While one is under way, another joins it. */
  tick(): Promise<void>;
  /** One last time, without waiting its turn: the bot is about to hang up. */
  lastWords(): Promise<void>;
}

/** A message is replaced at most this often, and so is any: Slack takes some 50 updates a minute from an app. */
const updateEvery = 1_500;
/** Whoever asked for a job that took longer than this has looked away: its failure is posted, too. */
const lookedAwayAfter = 60_000;
/** What Slack refuses for a reason that people must mend is tried again this often. */
const refusedPause = 30_000;

/**
 * Renders jobs from their rows, whoever runs them: one message each, replaced in place, at Slack's pace.
 *
 * Which message shows a job is noted right after it is posted. A bot that dies between the two posts the job again when it is back:
 * Slack offers bots no key that would prevent it, and twice is better than never.
 */
export function createJobMessages(parts: {
  world: World;
  operations: Pick<Operations, 'statusOf'>;
  delivery: Delivery;
  channels: Channels;
  days: DayThreads;
  /** `<@U…> ` for people whose Slack id is known, otherwise nothing. */
  mention(name: string): string;
}): JobMessages {
  const { world, operations, delivery, channels, days } = parts;
  const { jobs } = world.state;
  const notes = createJobNotes(world.state.notes);
  const alerts = createAnsweredAlerts({ world, delivery });
  const files = createJobFiles({ world, delivery });
  const validations = createValidationReplies({ world, delivery });
  /** Jobs whose newest row is not shown yet. */
  const pending = new Map<string, Job>();
  /** When a job's message may be touched again, milliseconds since 1970. */
  const notBefore = new Map<string, number>();
  const samples = new Map<string, Sample[]>();
  const warned = new Set<string>();
  let revision = notes.seen() ?? newestEnded(world);
  let lastUpdate = 0;

  function look(): void {
    for (const job of jobs.changedSince(revision)) {
      revision = Math.max(revision, job.revision);
      pending.set(job.id, job);
      if (job.progress) {
        const sample = { at: world.clock.now(), doneBytes: job.progress.doneBytes };
        samples.set(job.id, keepSample(samples.get(job.id) ?? [], sample));
      }
      if (job.outcome !== null) ended(job);
    }
  }

  /** What the end of one job changes in the messages of others. */
  function ended(job: Job): void {
    samples.delete(job.id);
    if (job.outcome?.kind === 'succeeded') alerts.succeeded(job);
    const backup = backupOf(job);
    const shown = backup && notes.shown(backup.id);
    if (backup?.outcome?.kind !== 'succeeded' || !shown) return;
    const { ended: _, ...open } = shown;
    notes.show(backup.id, open);
    pending.set(backup.id, backup);
  }

  /** Shows one job as far as Slack lets it. True when nothing is left to do until its row changes. */
  async function show(job: Job): Promise<Delivered | 'done'> {
    const shown = notes.shown(job.id);
    if (shown?.ended) return attach(job, shown);
    const channel = shown?.channel ?? channels.homeOf(job.source).id;
    // Slack has not said yet, or there is none: the channels are looked up again and again.
    if (channel === undefined) return { kind: 'later', until: world.clock.now().getTime() + 1_000 };
    if (!shown) return first(job, channel);
    return job.outcome
      ? end(job, shown)
      : update(job, shown, viewJob(world, operations, job, samples.get(job.id) ?? []));
  }

  async function first(job: Job, channel: string): Promise<Delivered | 'done'> {
    const threadTs = isAlarming(job) ? undefined : await placeFor(job, channel);
    if (threadTs !== undefined && typeof threadTs !== 'string') return threadTs;
    const view = viewJob(world, operations, job, samples.get(job.id) ?? []);
    const sent = await delivery.post(channel, view, threadTs === undefined ? {} : { threadTs });
    if (sent.kind === 'gone') forgetThread(job, channel);
    if (sent.kind !== 'sent') return sent;
    const ended = job.outcome !== null;
    const shown = { channel, ts: sent.ts, ...(threadTs !== undefined && { threadTs }), ...(ended && { ended }) };
    notes.show(job.id, shown);
    return ended ? attach(job, shown) : sent;
  }

  /** What has no room in the message itself. */
  async function attach(job: Job, shown: Shown): Promise<Delivered | 'done'> {
    const file = await files.attach(job, shown);
    return file === 'done' ? validations.attach(job, notes.shown(job.id) ?? shown) : file;
  }

  /** Scheduled work goes into the day's thread, a verification that nobody asked for to the backup it is of. */
  async function placeFor(job: Job, channel: string): Promise<Delivered | string | undefined> {
    if (job.trigger === 'request' || job.trigger === 'retry') return undefined;
    const backup = backupOf(job);
    const beside = backup && notes.shown(backup.id);
    if (beside?.channel === channel) return beside.threadTs ?? beside.ts;
    return days.headFor(channel, job.startedAt);
  }

  /** The head of the thread was deleted: the next attempt finds another place. */
  function forgetThread(job: Job, channel: string): void {
    const backup = backupOf(job);
    if (backup) notes.forget(backup.id);
    days.forget(channel, job.startedAt);
  }

  /** The job that made what a verification looks at. */
  function backupOf(job: Job): Job | undefined {
    if (job.kind !== 'verification' || job.backupId === null) return undefined;
    return jobs
      .list({ source: job.source })
      .find(({ kind, backupId }) => backupKindMade[kind] && backupId === job.backupId);
  }

  async function update(job: Job, shown: Shown, view: ReturnType<typeof viewJob>): Promise<Delivered> {
    const sent = await delivery.update(shown.channel, shown.ts, view);
    // Somebody deleted it: the job shows up again at its next change.
    if (sent.kind === 'gone') notes.forget(job.id);
    return sent;
  }

  /** The last state of a job whose message stands already. Each of its steps is noted, so that none is done twice. */
  async function end(job: Job, shown: Shown): Promise<Delivered | 'done'> {
    let now = shown;
    const view = viewJob(world, operations, job, []);
    const failure = failureOf(job);
    const inThread = shown.threadTs !== undefined && isAlarming(job);
    if (inThread && shown.alertTs === undefined) {
      const alert = await delivery.post(shown.channel, view);
      if (alert.kind !== 'sent') return alert;
      now = { ...now, alertTs: alert.ts };
      notes.show(job.id, now);
    }
    const sent = await update(job, now, inThread && failure ? failedInThreadMessage(job, failure) : view);
    if (sent.kind !== 'sent') return sent;
    if (!inThread && isAlarming(job) && now.alertTs === undefined && tookLong(job)) {
      const status = operations.statusOf(world, job.source, world.clock.now());
      const reply = failedReplyMessage(job, status, parts.mention(job.startedBy));
      const posted = await delivery.post(shown.channel, reply, { threadTs: shown.ts, broadcast: true });
      if (posted.kind === 'later') return posted;
      if (posted.kind === 'sent') now = { ...now, alertTs: posted.ts };
    }
    now = { ...now, ended: true };
    notes.show(job.id, now);
    return attach(job, now);
  }

  async function deliver(job: Job): Promise<void> {
    const outcome = await show(job);
    const now = world.clock.now().getTime();
    if (outcome === 'done') {
      pending.delete(job.id);
      notBefore.delete(job.id);
      days.changed(job);
    } else if (outcome.kind === 'sent') {
      if (pending.get(job.id) === job) pending.delete(job.id);
      notBefore.set(job.id, now + updateEvery);
      lastUpdate = now;
    } else if (outcome.kind === 'later') notBefore.set(job.id, outcome.until);
    else if (outcome.kind === 'refused') refuse(job, outcome.error, now);
  }

  function refuse(job: Job, error: string, now: number): void {
    notBefore.set(job.id, now + refusedPause);
    if (error === 'not_in_channel') channels.left(channels.homeOf(job.source).id ?? '');
    if (warned.has(error)) return;
    warned.add(error);
    const { wanted } = channels.homeOf(job.source);
    world.log.warn(
      { error, channel: wanted, job: job.id },
      'Slack does not take the reports; invite the bot to its channel',
    );
  }

  const rank = (job: Job): number => (job.outcome === null ? 1 : 0);
  const free = (job: Job): number => notBefore.get(job.id) ?? 0;

  async function round(): Promise<void> {
    look();
    // Ends first, then whoever waited longest.
    const order = [...pending.values()].sort((a, b) => rank(a) - rank(b) || free(a) - free(b));
    for (const job of order) {
      const now = world.clock.now().getTime();
      // A job that nobody has seen yet does not wait for the others.
      const shared = job.outcome !== null || !notBefore.has(job.id) ? 0 : lastUpdate + updateEvery;
      if (now >= Math.max(free(job), shared)) await deliver(job);
    }
    await days.tick();
    await alerts.tick();
    remember();
  }

  let underWay: Promise<void> | undefined;
  return {
    tick() {
      underWay ??= round().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    async lastWords() {
      await underWay;
      notBefore.clear();
      await round();
    },
  };

  function remember(): void {
    const oldest = Math.min(revision, ...[...pending.values()].map((job) => job.revision - 1));
    if (notes.seen() !== oldest) notes.see(oldest);
  }
}

function tookLong(job: Job): boolean {
  return (job.finishedAt ?? job.startedAt).getTime() - job.startedAt.getTime() > lookedAwayAfter;
}

/** The very first time nothing that ended long ago is told. */
function newestEnded({ state }: World): number {
  const all = state.jobs.list({ limit: 100 });
  const running = all.filter(({ outcome }) => outcome === null).map(({ revision }) => revision);
  const newest = Math.max(0, ...all.map(({ revision }) => revision));
  return Math.min(newest, ...running.map((revision) => revision - 1));
}

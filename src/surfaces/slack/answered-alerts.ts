import type { Job } from '../../domain/job.ts';
import type { World } from '../../operations/world.ts';
import { answeredAlertMessage } from './blocks/failed-job.ts';
import type { Delivery } from './delivery.ts';
import { alertOf, createJobNotes } from './job-notes.ts';
import { isAlarming } from './job-view.ts';

/** Takes the alarm out of alerts that a later success has answered: nobody should act at 8 AM on what was mended at 4. */
export interface AnsweredAlerts {
  /** A job succeeded: the alerts of its kind and source since the last success are answered. */
  succeeded(job: Job): void;
  /** Redraws them, as far as Slack lets it. */
  tick(): Promise<void>;
}

export function createAnsweredAlerts({ world, delivery }: { world: World; delivery: Delivery }): AnsweredAlerts {
  const notes = createJobNotes(world.state.notes);
  const answered = new Map<string, { alert: Job; by: Job; notBefore: number }>();

  return {
    succeeded(job) {
      const earlier = world.state.jobs
        .list({ source: job.source, kind: job.kind })
        .filter(({ startedAt, id }) => startedAt <= job.startedAt && id !== job.id);
      for (const alert of earlier) {
        if (alert.outcome?.kind === 'succeeded') return;
        if (isAlarming(alert)) answered.set(alert.id, { alert, by: job, notBefore: 0 });
      }
    },

    async tick() {
      for (const [id, { alert, by, notBefore }] of answered) {
        if (world.clock.now().getTime() < notBefore) continue;
        const shown = notes.shown(id);
        const ts = shown && alertOf(shown);
        const message = answeredAlertMessage(alert, by, world.clock.now());
        const sent = shown?.ended && ts !== undefined ? await delivery.update(shown.channel, ts, message) : undefined;
        if (sent?.kind === 'later') answered.set(id, { alert, by, notBefore: sent.until });
        else answered.delete(id);
      }
    },
  };
}

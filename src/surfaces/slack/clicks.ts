import { toFailure } from '../../domain/failure.ts';
import { formatAgo } from '../../domain/measures.ts';
import type { CancelAnswer } from '../../operations/cancel-job.ts';
import type { RetryAnswer } from '../../operations/retry-job.ts';
import { failureMessage } from './blocks/failure.ts';
import { workOf } from './blocks/job-words.ts';
import { type Message, message, section } from './blocks/message.ts';
import { bold, code, person } from './blocks/mrkdwn.ts';
import { refusalMessage, saying } from './blocks/refusal.ts';
import type { Caller } from './subcommand.ts';

/** What a click on a job's own buttons leads to, by action id; each is given the job's id. */
export const jobClicks: Readonly<Record<string, (jobId: string, call: Caller) => Message>> = {
  retry(jobId, call) {
    const { principal, world, operations, signal } = call;
    return retryMessage(operations.retryJob(world, { principal, jobId, signal }), call);
  },
  cancel(jobId, { principal, world, operations }) {
    return cancelMessage(operations.cancelJob(world, { principal, jobId }), world.clock.now());
  },
};

/** Does it for whoever clicked, or says why not. Never throws: what fails is an answer too. */
export function answerClick(actionId: string, jobId: string, call: Caller): Message {
  try {
    const answer = jobClicks[actionId];
    return answer ? answer(jobId, call) : saying('That button is of an older Tidemark.', 'Ask with `/backup status`.');
  } catch (error) {
    const failure = toFailure(error);
    call.world.log.error({ err: error, code: failure.code, job: jobId }, `A click on ${actionId} failed`);
    return failureMessage(failure);
  }
}

function cancelMessage(answer: CancelAnswer, now: Date): Message {
  if (answer.kind === 'refused') return refusalMessage(answer, 'status', now);
  if (answer.kind === 'asked') {
    return saying(
      `⏹️ Stopping the ${workOf(answer.job)} of ${bold(answer.job.source)}.`,
      'Its message will say when it has ended.',
    );
  }
  switch (answer.why) {
    case 'unknown-job':
      return saying('Nobody remembers that job any more.', 'See how things stand with `/backup status`.');
    case 'ended':
      return saying('That job has ended already.', 'There is nothing to stop.');
    default:
      return answer.why satisfies never;
  }
}

function retryMessage(answer: RetryAnswer, { world, channelOf }: Caller): Message {
  const now = world.clock.now();
  if (answer.kind === 'refused') return refusalMessage(answer, 'status', now);
  if (answer.kind === 'started') {
    const text = `Started again: ${bold(answer.job.source)}; follow it in ${channelOf(answer.job.source)}.`;
    return message(text, [section(`⏳ ${text}`)]);
  }
  switch (answer.why) {
    case 'unknown-job':
      return saying('Nobody remembers that job any more.', 'See how things stand with `/backup status`.');
    case 'not-failed':
      return saying('That job did not fail.', 'There is nothing to run again.');
    case 'running': {
      const who = `started ${formatAgo(answer.startedAt, now)} by ${person(answer.startedBy)}`;
      return saying(`⏳ One is running already, ${who}.`, 'Its message shows how far it is.');
    }
    case 'succeeded-since': {
      const which = answer.backupId === null ? '' : ` ${code(answer.backupId)}`;
      return saying(
        `✅ That is made good: a later one succeeded ${formatAgo(answer.at, now)}.${which}`,
        'Nothing was started.',
      );
    }
    default:
      return answer satisfies never;
  }
}

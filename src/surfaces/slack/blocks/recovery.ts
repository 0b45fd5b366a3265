import { countOf, formatBytes } from '../../../domain/measures.ts';
import { planWords } from '../../../domain/recovery/plan-words.ts';
import type { StoredRecovery } from '../../../domain/recovery/recovery.ts';
import {
  decisionWords,
  measuredWords,
  standingWords,
  targetStateWords,
} from '../../../domain/recovery/recovery-words.ts';
import { capital, shorten } from '../../../domain/wording.ts';
import { actions, confirmed, context, type Message, message, runButton, runMenu, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';
import { progressBar } from './progress-bar.ts';
import { scriptSection } from './script.ts';
import { validationBrief } from './validation.ts';

/** A recovery from its request to its end, in one message that is replaced: what, from where, to where, what will be lost, who said what. */
export function recoveryMessage(recovery: StoredRecovery, now: Date, { detailed = false } = {}): Message {
  const { plan, id, notes, state } = recovery;
  const words = planWords(plan, now);
  const standing = standingWords(recovery, now);
  const title = `${icons[state]} ${bold(capital(words.headline))}`;
  const half = targetStateWords(recovery);
  const measured = measuredWords(recovery);
  return message(`${capital(words.headline)}: ${escapeMrkdwn(standing)}`, [
    section(`${title}\n${escapeMrkdwn(capital(standing))} · ${code(id)}`),
    progressSection(recovery),
    ...words.facts.map(([name, value]) => section(`*${name}*  ${escapeMrkdwn(shorten(value, 800))}`)),
    state === 'requested' || detailed ? scriptSection(words.script, id) : undefined,
    buttons(recovery),
    state === 'requested' && recovery.rule.typedTarget
      ? section(`Data on ${bold(plan.target.name)} is replaced: whoever approves types its name.`)
      : undefined,
    half ? section(`🧭 ${escapeMrkdwn(half)}`) : undefined,
    recovery.scratch && state === 'succeeded'
      ? section(
          `🔎 It stands for a day, on the machine of Tidemark: ${code(`mysql --defaults-file=${recovery.scratch.optionFile}`)}`,
        )
      : undefined,
    recovery.validation ? validationBrief(recovery.validation) : undefined,
    measured ? section(`⏱️ ${escapeMrkdwn(measured)}`) : undefined,
    context(...decisionWords(recovery, now).map(escapeMrkdwn)),
    section(['*Steps*', ...stepLines(recovery, words.steps)].join('\n')),
    ...words.warnings.slice(0, 8).map((warning) => context(`⚠️ ${escapeMrkdwn(shorten(warning, 400))}`)),
    notes.length > 0 ? context(...notes.slice(-8).map((note) => escapeMrkdwn(shorten(note, 600)))) : undefined,
    notes.length > 8 ? context(`… and ${notes.length - 8} before: ${code(`tidemark approvals ${id}`)}`) : undefined,
    detailed ? context(`Plan ${code(recovery.hash)}`) : undefined,
  ]);
}

const icons: Record<StoredRecovery['state'], string> = {
  requested: '🛟',
  approved: '🛟',
  running: '⏳',
  succeeded: '✅',
  failed: '🔴',
  interrupted: '🔴',
  denied: '⛔',
  cancelled: '⏹️',
  expired: '⌛',
  void: '⌛',
  'given-up': '⏹️',
};

function progressSection({ state, progress }: StoredRecovery) {
  if (state !== 'running' || !progress || progress.totalBytes === 0) return undefined;
  const { doneBytes, totalBytes } = progress;
  return section(`${progressBar(doneBytes / totalBytes)}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
}

function stepLines({ plan, steps }: StoredRecovery, words: readonly string[]): string[] {
  return plan.steps.map(({ id }, index) => {
    const step = steps.find((each) => each.id === id);
    const mark = !step ? '▫️' : step.finishedAt === null ? '▶️' : '☑️';
    return `${mark} ${escapeMrkdwn(shorten(words[index] ?? id, 200))}`;
  });
}

/** Two in front, the rest behind three dots. Each says which recovery, and what was seen; who may is asked when it is clicked. */
function buttons({ id, state, rule, plan, hash, scratch, eventsToEnable, eventsEnabled }: StoredRecovery) {
  const more = runMenu([['Details', `approvals ${id}`]]);
  const approve = runButton('Approve', `approvals approve ${id} hash=${hash}`, 0, 'primary');
  switch (state) {
    case 'requested':
      return actions(
        // Where the name is typed, that is the second question.
        rule.typedTarget ? approve : confirmed(approve, approving(plan.target.name)),
        runButton('Deny', `approvals deny ${id}`, 1, 'danger'),
        runMenu([
          ['Details', `approvals ${id}`],
          ['Cancel it', `approvals cancel ${id}`],
        ]),
      );
    case 'approved':
    case 'running':
      return actions(runButton('Stop after this step', `approvals cancel ${id}`, 0, 'danger'), more);
    case 'failed':
    case 'interrupted':
      return actions(
        runButton('Go on', `approvals resume ${id}`, 0, 'primary'),
        runButton('Give up', `approvals give-up ${id}`, 1, 'danger'),
        more,
      );
    case 'succeeded':
      return actions(
        eventsToEnable.length > 0 && !eventsEnabled
          ? runButton(
              `Enable ${countOf(eventsToEnable.length, 'event')}`,
              `approvals enable-events ${id}`,
              0,
              'primary',
            )
          : undefined,
        plan.scenario === 'table' ? runButton('Compare and exchange', `tables ${id}`, 2) : undefined,
        scratch ? runButton('End the scratch server', `approvals cancel ${id}`, 1) : undefined,
        more,
      );
    default:
      return undefined;
  }
}

function approving(target: string) {
  return {
    title: 'Do exactly this?',
    text: `It begins at once, on ${shorten(target, 60)}. You answer for it together with whoever asked.`,
    yes: 'Approve',
    no: 'Not yet',
  };
}

/** To the requester, on what was decided and how it ended; and to whoever else is to know. */
export function recoveryNews(recovery: StoredRecovery, now: Date, link: string): Message {
  const { headline } = planWords(recovery.plan, now);
  const half = targetStateWords(recovery);
  const text = `${icons[recovery.state]} ${capital(headline)}: ${standingWords(recovery, now)}.`;
  return message(escapeMrkdwn(text), [
    section(escapeMrkdwn(text)),
    half ? section(escapeMrkdwn(half)) : undefined,
    context(link),
  ]);
}

/** All that wait or run. */
export function recoveriesMessage(recoveries: readonly StoredRecovery[], now: Date): Message {
  if (recoveries.length === 0) {
    return message('No recovery waits for anybody.', [section('🛟 No recovery waits for anybody.')]);
  }
  const line = (recovery: StoredRecovery) =>
    `${icons[recovery.state]} ${code(recovery.id)} ${escapeMrkdwn(planWords(recovery.plan, now).headline)}: ${escapeMrkdwn(standingWords(recovery, now))}`;
  return message(
    `${recoveries.length} recoveries`,
    recoveries
      .slice(0, 20)
      .map((recovery) => section(line(recovery), runMenu([['Details', `approvals ${recovery.id}`]]))),
  );
}

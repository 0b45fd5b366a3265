import type { RecoveryPlan } from '../../domain/recovery/plan.ts';
import { planHash } from '../../domain/recovery/plan.ts';
import { planWords } from '../../domain/recovery/plan-words.ts';
import type { StoredRecovery } from '../../domain/recovery/recovery.ts';
import { decisionWords, measuredWords, standingWords, targetStateWords } from '../../domain/recovery/recovery-words.ts';
import { capital } from '../../domain/wording.ts';
import { type Answer, done, troubleText } from './answer.ts';
import { renderFacts } from './table.ts';
import { validationText } from './validation-text.ts';

/** A plan that nobody asked to carry out. */
export function planAnswer(plan: RecoveryPlan, now: Date): Answer {
  return done({ kind: 'plan', hash: planHash(plan), plan }, planText(plan, now));
}

/** Where a recovery stands, and what can be done next. Status 1 where it is not well. */
export function recoveryAnswer(recovery: StoredRecovery, now: Date, name: string): Answer {
  const { state, failure, notes, scratch, eventsToEnable, eventsEnabled } = recovery;
  const half = targetStateWords(recovery);
  const measured = measuredWords(recovery);
  const lines = [
    planText(recovery.plan, now),
    '',
    `${recovery.id} ${standingWords(recovery, now)}.`,
    ...decisionWords(recovery, now).map((line) => `  - ${line}`),
    ...notes.map((note) => `  - ${note}`),
    ...(measured ? [`  - ${measured}`] : []),
    ...(recovery.validation ? ['', validationText(recovery.validation), ''] : []),
    ...(half ? [`  ! ${half}`] : []),
    ...(scratch && state === 'succeeded'
      ? [
          `  - Look into it: mysql --defaults-file=${scratch.optionFile}; end it: ${name} approvals cancel ${recovery.id}`,
        ]
      : []),
    ...(state === 'succeeded' && eventsToEnable.length > 0 && !eventsEnabled
      ? [
          `  ! ${eventsToEnable.length} events are disabled. Another approver: ${name} approvals enable-events ${recovery.id}`,
        ]
      : []),
    ...nextSteps(recovery, name),
  ];
  const document = { kind: 'recovery', ...recovery };
  if (state === 'failed' || state === 'interrupted') {
    const hint = failure?.hint ?? `Go on: ${name} approvals resume ${recovery.id}`;
    return {
      document,
      text: lines.join('\n'),
      trouble: troubleText(capital(`${standingWords(recovery, now)}.`), hint),
      exitStatus: 1,
    };
  }
  return done(document, lines.join('\n'));
}

function nextSteps({ id, state, rule, plan }: StoredRecovery, name: string): string[] {
  const typed = rule.typedTarget ? ` ${plan.target.name}` : '';
  switch (state) {
    case 'requested':
      return [`Somebody else approves it: ${name} approvals approve ${id}${typed}`];
    case 'failed':
    case 'interrupted':
      return [`Go on: ${name} approvals resume ${id}. Leave it: ${name} approvals give-up ${id}`];
    default:
      return [];
  }
}

function planText(plan: RecoveryPlan, now: Date): string {
  const words = planWords(plan, now);
  return [
    `${capital(words.headline)}`,
    renderFacts(words.facts),
    'Steps',
    ...words.steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...words.warnings.map((warning) => `  ! ${warning}`),
    ...(words.script.length > 0 ? ['Script', ...words.script.map((line) => `  ${line}`)] : []),
  ].join('\n');
}

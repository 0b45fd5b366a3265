import { countOf, formatAgo, formatDuration } from '../measures.ts';
import { capital, formatList } from '../wording.ts';
import { approvalsMissing } from './decide-recovery.ts';
import { measuredRto, type Recovery, type SaidBy } from './recovery.ts';
import { stateWords } from './recovery-refusal.ts';
import { scenarioGoals } from './scenario.ts';

/** Where a recovery stands, in one sentence. */
export function standingWords(recovery: Recovery, now: Date): string {
  const { state, rule, ended, validUntil, failure } = recovery;
  switch (state) {
    case 'requested': {
      const missing = approvalsMissing(recovery);
      return `waits for ${countOf(missing, `more ${rule.role}`, `more ${rule.role}s`)}, until ${validUntil.slice(0, 16).replace('T', ' ')} UTC`;
    }
    case 'approved':
      return `approved; may begin until ${validUntil.slice(0, 16).replace('T', ' ')} UTC`;
    case 'denied':
    case 'cancelled':
    case 'given-up':
      return `${stateWords[state]}${ended?.by ? ` by ${ended.by}` : ''}${ended?.why ? `: ${ended.why}` : ''}`;
    case 'void':
      return `void: ${ended?.why ?? 'what it names'} changed before it began; nothing was touched`;
    case 'failed':
      return `failed: ${failure?.message ?? 'nobody knows why'}`;
    case 'interrupted':
      return `interrupted: ${ended?.why ?? 'nobody knows why'}`;
    case 'running': {
      const step = recovery.steps.find(({ finishedAt }) => finishedAt === null);
      const title = recovery.plan.steps.find(({ id }) => id === step?.id)?.title;
      return `running${title ? `: ${title}` : ''}`;
    }
    case 'succeeded':
      return `done ${formatAgo(new Date(recovery.finishedAt ?? now), now)}`;
    case 'expired':
      return 'expired: nobody decided in time';
    default:
      return state satisfies never;
  }
}

/** What state the target is in, for whoever finds it half-way. */
export function targetStateWords({ state, steps, plan, startedAt }: Recovery): string | undefined {
  const { name } = plan.target;
  if (startedAt === null) return state === 'requested' || state === 'approved' ? undefined : `${name} was not touched.`;
  if (state === 'succeeded') return undefined;
  const touching = steps.filter(({ id }) => id !== 'read' && id !== 'safety');
  if (touching.length === 0) return `${name} was not touched.`;
  if (plan.scenario === 'table')
    return `One whole table serves; tables says which. It goes on with resume, or is left as it is with give-up.`;
  const done = touching.filter(({ finishedAt }) => finishedAt !== null).map(({ id }) => titleOf(plan, id));
  const open = touching.filter(({ finishedAt }) => finishedAt === null).map(({ id }) => titleOf(plan, id));
  const parts = [
    ...(done.length > 0 ? [`done on ${name}: ${formatList(done)}`] : []),
    ...(open.length > 0 ? [`begun and not ended: ${formatList(open)}`] : []),
  ];
  const careful = plan.target.kind === 'source' ? 'It' : 'Nobody should use it yet: it';
  return `${capital(parts.join('; '))}. ${careful} goes on with resume, or is left as it is with give-up.`;
}

function titleOf({ steps }: Recovery['plan'], id: string): string {
  const title = steps.find((step) => step.id === id)?.title ?? id;
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/** Who said what, the earliest first. */
export function decisionWords(recovery: Recovery, now: Date): string[] {
  const { requested, approvals, breakGlass, eventsEnabled } = recovery;
  const said = (verb: string, { by, via, at }: SaidBy) =>
    `${verb} by ${by} in ${via === 'slack' ? 'Slack' : 'a shell'} ${formatAgo(new Date(at), now)}`;
  return [
    `${said('requested', requested)}${requested.why === undefined ? '' : `: ${requested.why}`}`,
    ...approvals.map((approval) => said('approved', approval)),
    ...(breakGlass === null ? [] : [`begun without approval, by breaking glass: ${breakGlass}`]),
    ...(eventsEnabled ? [said('events enabled', eventsEnabled)] : []),
  ];
}

/** How long it took and how much was lost, against what was promised. */
export function measuredWords(recovery: Recovery): string | undefined {
  const took = measuredRto(recovery);
  if (took === undefined) return undefined;
  const { plan } = recovery;
  const goals = scenarioGoals[plan.scenario];
  const rto = `RTO ${formatDuration(took)}${goals ? `, ${took <= goals.rto * 1000 ? 'within' : 'beyond'} ${formatDuration(goals.rto * 1000)}` : ''}`;
  if (!plan.loss || plan.scenario !== 'complete') return rto;
  const lost = Date.parse(recovery.requested.at) - Date.parse(plan.loss.from);
  const rpo = goals ? `, ${lost <= goals.rpo * 1000 ? 'within' : 'beyond'} ${formatDuration(goals.rpo * 1000)}` : '';
  return `${rto}; RPO ${formatDuration(Math.max(0, lost))}${rpo}`;
}

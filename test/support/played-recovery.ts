import type { Recovery } from '../../src/domain/recovery/recovery.ts';
import type { RecoveryRequest } from '../../src/operations/recovery/request-recovery.ts';
import type { Operations } from '../../src/surfaces/slack/operations.ts';
import { somePlan, someRecovery } from './plan.ts';

/** Requests are written down as they come, and become rows without a look at any server: what they are asked for is in the plan. */
export function playedRequests({ replaces = [], slowly }: { replaces?: string[]; slowly?: () => Promise<void> } = {}) {
  const asked: Omit<RecoveryRequest, 'principal' | 'signal'>[] = [];
  const requestRecovery: Operations['requestRecovery'] = async (world, { principal, signal: _, ...request }) => {
    asked.push(request);
    await slowly?.();
    const { end, scenario, target, why } = request;
    if (target === 'broken') {
      const refusal = { why: 'no-plan', problem: 'It is not reachable.', mend: 'Start it.' } as const;
      return { kind: 'refused', reason: 'recovery', refusal };
    }
    const { name, via } = principal;
    const plan = somePlan({
      scenario,
      wanted: end,
      target: { ...somePlan().target, ...(target !== undefined && { name: target }), replaces },
    });
    const rule: Recovery['rule'] = { ...someRecovery().rule, typedTarget: replaces.length > 0 };
    const at = world.clock.now().toISOString();
    const requested = { by: name, via, at, ...(why !== undefined && { why }) };
    const answer = world.state.recoveries.request(someRecovery({ plan, rule, requested }));
    if (answer.kind === 'requested') return answer;
    throw new Error('played requests do not come in each other’s way');
  };
  return { asked, requestRecovery };
}

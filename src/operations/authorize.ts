import { type Action, decideAuthority, type Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { World } from './world.ts';

/** The refusal, written into the audit log, when this person may not do that to this source (`*`: the whole installation). Otherwise undefined. */
export function authorize(
  world: Pick<World, 'state' | 'clock'>,
  principal: Principal,
  action: Action,
  source: string,
): Refusal | undefined {
  const authority = decideAuthority(principal, action, source);
  if (authority.kind === 'allowed') return undefined;
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: `${action}.refused`,
    source,
    detail: { reason: authority.reason, needs: authority.needs.join(' or ') },
  });
  return { ...authority, source };
}

import type { RecoveryRequest } from '../../operations/recovery/request-recovery.ts';
import { code } from './blocks/mrkdwn.ts';
import { refusalMessage, saying } from './blocks/refusal.ts';
import type { Answer, Caller } from './subcommand.ts';

/** Asks for a recovery; its card goes to the source's channel. `typed` is what was asked with, `next` what somebody else does there. */
export async function askForRecovery(
  { principal, world, operations, signal, channelOf }: Caller,
  request: Omit<RecoveryRequest, 'principal' | 'signal'>,
  { typed, next }: { typed: string; next: string },
): Promise<Answer> {
  const answer = await operations.requestRecovery(world, { ...request, principal, signal });
  if (answer.kind === 'refused') return { message: refusalMessage(answer, typed, world.clock.now()) };
  const { id, plan } = answer.recovery;
  return { message: saying(`🛟 ${code(id)} waits for approval in ${channelOf(plan.source)}.`, next) };
}

import { z } from 'zod';
import type { StoredRecovery } from '../../../domain/recovery/recovery.ts';
import { approveView } from '../blocks/approve-form.ts';
import { readingView } from '../blocks/form.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import type { Modal, Submitted } from '../modal.ts';
import type { Answer, Caller } from '../subcommand.ts';

const metadataSchema = z.object({ recovery: z.string(), hash: z.string() });

/** Where data is replaced, whoever approves types the name of the server it is on. */
export const approveModal: Modal = {
  id: 'approve',
  async submit(entered, metadata, { principal, world, operations }): Promise<Submitted> {
    const { recovery, hash } = metadataSchema.parse(JSON.parse(metadata));
    const { typed = '' } = entered;
    const answer = await operations.decideAsked(world, 'approve', { principal, recovery, hash, typedTarget: typed });
    if (answer.kind === 'decided') return { kind: 'closed' };
    if (answer.reason === 'recovery' && answer.refusal.why === 'target-not-typed') {
      const { target } = answer.refusal;
      return { kind: 'wrong', errors: { typed: `That is not its name. Only ${target} is, letter by letter.` } };
    }
    return { kind: 'shown', view: readingView(title, refusalMessage(answer, 'approvals', world.clock.now())) };
  },
};

const title = 'Approve a recovery';

/** Opens the form before somebody who may approve. Without a way to open one the answer says what to type. */
export async function askForName(call: Caller, recovery: string, hash: string | undefined): Promise<Answer> {
  const { world, principal, operations, before } = call;
  const now = world.clock.now();
  const may = operations.mayApprove(world, { principal, recovery, ...(hash !== undefined && { hash }) });
  if (may.kind === 'refused') return { message: refusalMessage(may, 'approvals', now) };
  const opened = await before?.open(approveView(may.recovery, metadataOf(may.recovery), now));
  if (opened) return {};
  const { target } = may.recovery.plan;
  return {
    message: refusalMessage(
      { kind: 'refused', reason: 'recovery', refusal: { why: 'target-not-typed', target: target.name } },
      'approvals',
      now,
    ),
  };
}

/** The plan that was shown is the one that is approved. */
function metadataOf({ id, hash }: StoredRecovery): string {
  return JSON.stringify({ recovery: id, hash } satisfies z.infer<typeof metadataSchema>);
}

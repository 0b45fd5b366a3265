import type { App } from '@slack/bolt';
import { z } from 'zod';
import { recoveryRefusalWords } from '../../domain/recovery/recovery-refusal.ts';
import { approveModal, approveTyped, typedAction, typedBlock } from './blocks/approve-modal.ts';
import { refusalMessage, saying } from './blocks/refusal.ts';
import type { Caller } from './subcommand.ts';

/** The way to approve where data is replaced: a click opens a modal, the target's name is typed into it, and that is the decision. */
export function listenForTypedApprovals(app: App, call: (userId: string) => Caller): void {
  app.action(approveTyped, async ({ ack, body, payload, client, respond }) => {
    await ack();
    const click = clickSchema.safeParse({ body, payload });
    if (!click.success) return;
    const { user, trigger_id } = click.data.body;
    const { world, operations, principal } = call(user.id);
    const now = world.clock.now();
    const whisper = ({ text, blocks }: ReturnType<typeof saying>) =>
      respond({ response_type: 'ephemeral', replace_original: false, text, blocks });
    const found = operations.findRecovery(world, principal, click.data.payload.value);
    if (found.kind === 'refused') return void (await whisper(refusalMessage(found, 'approvals', now)));
    try {
      await client.views.open({ trigger_id, view: approveModal(found.recovery, now) });
    } catch (error) {
      world.log.warn({ err: error }, 'A modal could not be opened');
      const typed = `/backup approvals approve ${found.recovery.id} ${found.recovery.plan.target.name}`;
      await whisper(saying('Slack was too slow to open it.', `Click again, or type \`${typed}\`.`));
    }
  });

  app.view(approveTyped, async ({ ack, body, view }) => {
    const submitted = submittedSchema.safeParse({ body, view });
    if (!submitted.success) return ack();
    const { id, hash } = metadataSchema.parse(JSON.parse(submitted.data.view.private_metadata));
    const { world, operations, principal } = call(submitted.data.body.user.id);
    const typedTarget = submitted.data.view.state.values[typedBlock]?.[typedAction]?.value?.trim() ?? '';
    const answer = await operations.decideAsked(world, 'approve', { principal, recovery: id, hash, typedTarget });
    if (answer.kind === 'decided') return ack();
    const why =
      answer.reason === 'recovery' ? recoveryRefusalWords(answer.refusal).message : 'You may not do that here.';
    return ack({ response_action: 'errors', errors: { [typedBlock]: why } });
  });
}

const clickSchema = z.object({
  body: z.object({ user: z.object({ id: z.string() }), trigger_id: z.string() }),
  payload: z.object({ value: z.string().max(100) }),
});
const submittedSchema = z.object({
  body: z.object({ user: z.object({ id: z.string() }) }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) }),
  }),
});
const metadataSchema = z.object({ id: z.string(), hash: z.string() });

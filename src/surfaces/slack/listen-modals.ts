import type { App } from '@slack/bolt';
import { z } from 'zod';
import { toFailure } from '../../domain/failure.ts';
import { failureMessage } from './blocks/failure.ts';
import { readingView } from './blocks/form.ts';
import type { Message } from './blocks/message.ts';
import { heardViewSchema, inModal, type Modal, type Submitted } from './modal.ts';
import { modals as known } from './modals/table.ts';
import type { Modals } from './modals.ts';
import type { Caller } from './subcommand.ts';

/** What is chosen and submitted in modals. Who somebody is and may do is looked up anew each time. */
export function listenToModals(
  app: App,
  parts: {
    modals: Modals;
    call(userId: string, triggerId?: string): Caller;
    /** To somebody who has closed the modal before it had an answer. */
    tell(userId: string, message: Message): Promise<unknown>;
  },
): void {
  const { modals } = parts;

  for (const modal of known) {
    app.view({ type: 'view_submission', callback_id: modal.id }, async ({ ack, body }) => {
      const { user, view } = heardSchema.parse(body);
      const answer = await submitted(modal, view, parts.call(user.id));
      switch (answer.kind) {
        case 'closed':
          return ack();
        case 'wrong':
          return ack({ response_action: 'errors', errors: { ...answer.errors } });
        case 'shown': {
          await ack({ response_action: 'update', view: answer.view });
          const concluded = await answer.conclude?.();
          if (!concluded) return;
          const shown = await modals.replace({ id: view.id }, concluded.view);
          if (shown !== 'replaced') await parts.tell(user.id, concluded.message);
          return;
        }
        default:
          return answer satisfies never;
      }
    });
  }

  app.action(new RegExp(`^${inModal}`), async ({ ack, body }) => {
    await ack();
    const { user, view } = heardSchema.parse(body);
    const modal = known.find(({ id }) => id === view.callback_id);
    const changed = modal?.changed?.(view.state.values, view.private_metadata, parts.call(user.id));
    // Not over what has come since because it was submitted.
    if (changed) await modals.replace({ id: view.id, hash: view.hash }, changed);
  });
}

const heardSchema = z.object({ user: z.object({ id: z.string() }), view: heardViewSchema });

/** Never throws: what fails is shown. */
async function submitted(modal: Modal, view: z.infer<typeof heardViewSchema>, call: Caller): Promise<Submitted> {
  try {
    return await modal.submit(view.state.values, view.private_metadata, call);
  } catch (error) {
    const failure = toFailure(error);
    call.world.log.error({ err: error, code: failure.code, modal: modal.id }, 'A submitted modal failed');
    return { kind: 'shown', view: readingView('That did not work', failureMessage(failure)) };
  }
}

import type { ModalView } from '@slack/types';
import { planWords } from '../../../domain/recovery/plan-words.ts';
import type { StoredRecovery } from '../../../domain/recovery/recovery.ts';
import { shorten } from '../../../domain/wording.ts';
import { context, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';

/** The button on a card whose approval takes the target's name, and the modal behind it. */
export const approveTyped = 'approve-typed';
/** The input's place, for what is wrong with it. */
export const typedBlock = 'target';
export const typedAction = 'name';

/** Asks for the name of the server whose data goes. What comes back is the recovery and the plan that was seen. */
export function approveModal(recovery: StoredRecovery, now: Date): ModalView {
  const { plan, id, hash } = recovery;
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  const words = planWords(plan, now);
  return {
    type: 'modal',
    callback_id: approveTyped,
    private_metadata: JSON.stringify({ id, hash }),
    title: plain('Replace what is there?'),
    submit: plain('Approve'),
    close: plain('Not yet'),
    blocks: [
      section(
        `${bold(words.headline)}\n${escapeMrkdwn(shorten(`Is replaced: ${plan.target.replaces.join(', ')}`, 1_000))}`,
      ),
      {
        type: 'input',
        block_id: typedBlock,
        label: plain('The name of the server whose data goes'),
        element: { type: 'plain_text_input', action_id: typedAction, max_length: 100, focus_on_load: true },
      },
      context(`${code(id)} · plan ${code(hash.slice(0, 12))}`),
    ],
  };
}

import type { ModalView } from '@slack/types';
import { planWords } from '../../../domain/recovery/plan-words.ts';
import type { StoredRecovery } from '../../../domain/recovery/recovery.ts';
import { standingWords } from '../../../domain/recovery/recovery-words.ts';
import { capital, shorten } from '../../../domain/wording.ts';
import { form, textField } from './form.ts';
import { context, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';

/** What is about to be replaced, once more, and the place to type the name of the server that it is on. */
export function approveView(recovery: StoredRecovery, metadata: string, now: Date): ModalView {
  const { plan, id } = recovery;
  const words = planWords(plan, now);
  return form({
    id: 'approve',
    title: 'Approve a recovery',
    submit: 'Approve',
    close: 'Not yet',
    metadata,
    blocks: [
      section(`🛟 ${bold(capital(words.headline))}`),
      section(
        `⚠️ What ${bold(plan.target.name)} holds now is replaced. It begins at once when nobody else has to approve.`,
      ),
      ...words.facts.map(([name, value]) => section(`*${name}*  ${escapeMrkdwn(shorten(value, 500))}`)),
      textField({
        id: 'typed',
        label: `To approve, type the target's name: ${plan.target.name}`,
        most: 255,
        focus: true,
      }),
      context(`${escapeMrkdwn(capital(standingWords(recovery, now)))} · ${code(id)}`),
    ],
  });
}

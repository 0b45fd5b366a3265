import { z } from 'zod';
import { checkModal } from '../blocks/check-modal.ts';
import type { Modal } from '../blocks/modal-schema.ts';
import { limits } from '../limits.ts';
import { asSlackSees } from '../views.ts';
import { structure, text } from './arguments.ts';
import { type Method, method, type Refusal, refuse } from './method.ts';

export const viewMethods: Method[] = [
  method({
    name: 'views.open',
    scopes: [],
    tier: 'tier4',
    args: z.object({ trigger_id: text, view: structure }),
    handle(args, { triggers, views }) {
      // The stricter guess: a view that is refused has used its trigger up.
      const trigger = triggers.redeem(args.trigger_id);
      if (trigger.kind === 'refused') return refuse(trigger.error);
      const checked = judged(args.view);
      if ('error' in checked) return checked;
      return { ok: true, view: asSlackSees(views.open(trigger.person, checked.modal)) };
    },
  }),

  method({
    name: 'views.update',
    scopes: [],
    tier: 'tier4',
    args: z.object({ view_id: text, view: structure, hash: text.optional() }),
    handle(args, { views }) {
      const view = views.withId(args.view_id);
      if (!view) return refuse('not_found');
      if (args.hash !== undefined && args.hash !== view.hash) return refuse('hash_conflict');
      const checked = judged(args.view);
      if ('error' in checked) return checked;
      views.replace(view, checked.modal);
      return { ok: true, view: asSlackSees(view) };
    },
  }),
];

function judged(raw: unknown): { modal: Modal } | Refusal {
  const verdict = checkModal(raw);
  if (verdict.kind === 'refused') return refuse('invalid_arguments', verdict.problems);
  return JSON.stringify(raw).length > limits.viewTogether ? refuse('view_too_large') : { modal: verdict.modal };
}

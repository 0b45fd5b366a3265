import { z } from 'zod';
import { viewSchema } from '../blocks/view-schema.ts';
import { text } from './arguments.ts';
import { type Method, method, refuse } from './method.ts';

export const viewMethods: Method[] = [
  method({
    name: 'views.open',
    scopes: [],
    tier: 'tier4',
    args: z.object({ trigger_id: text, view: z.unknown() }),
    handle({ trigger_id, view: raw }, { workspace, triggers }) {
      const view = viewSchema.safeParse(typeof raw === 'string' ? parseJson(raw) : raw);
      if (!view.success) {
        const problems = view.error.issues.map(
          ({ path, message }) => `${message} [json-pointer:/view/${path.join('/')}]`,
        );
        return refuse('invalid_arguments', problems);
      }
      const trigger = triggers.redeem(trigger_id);
      if (trigger.kind === 'refused') return refuse(trigger.error);
      const opened = workspace.openView(trigger.person, view.data);
      return { ok: true, view: { id: opened.id, ...view.data } };
    },
  }),
];

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

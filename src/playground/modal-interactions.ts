import { z } from 'zod';
import { checkModal } from './blocks/check-modal.ts';
import type { Input } from './blocks/modal-schema.ts';
import { type Carrier, errorOf, whyNot } from './delivery.ts';
import { actionFor, elementsOf } from './interactions.ts';
import type { Triggers } from './triggers.ts';
import { asSlackSees, heldBy, inputsOf, type Views } from './views.ts';
import type { OpenModal, Person } from './vocabulary.ts';
import { app, team, type Workspace } from './workspace.ts';

/** What a submission may be acknowledged with; nothing closes the modal. */
const answerSchema = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

const trouble = 'We had some trouble connecting. Try again?';

/** What people do in a modal: fill it in, press what is in it, submit it, close it. Each settles when the app has answered or its time is up. */
export function createModalInteractions(parts: {
  workspace: Workspace;
  line: Carrier;
  triggers: Triggers;
  views: Views;
}) {
  const { workspace, line, triggers, views } = parts;

  const from = (person: Person) => ({
    user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
    api_app_id: app.id,
    token: 'playground',
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  });

  /** Presses the submit button. What Slack itself can see is wrong never reaches the app. */
  async function submit(person: Person, view: OpenModal, entered: Record<string, string>): Promise<void> {
    if (!view.modal.submit || view.waiting) return;
    fillIn(view, entered);
    const errors = Object.fromEntries(
      inputsOf(view.modal).flatMap((input) => {
        const wrong = seenToBeWrong(input, view.entered[input.block_id ?? ''] ?? '');
        return wrong === undefined ? [] : [[input.block_id ?? '', wrong]];
      }),
    );
    delete view.says;
    views.change(view, { errors, waiting: Object.keys(errors).length === 0 });
    if (!view.waiting) return;
    const delivery = await line.deliver({
      kind: 'interaction',
      what: `submission of ${view.modal.callback_id ?? view.id}`,
      answerable: true,
      payload: {
        type: 'view_submission',
        ...from(person),
        trigger_id: triggers.mint(person.id),
        view: asSlackSees(view),
        response_urls: [],
      },
    });
    views.change(view, { waiting: false });
    if (delivery.kind === 'acknowledged') follow(view, delivery.payload);
    else fail(view, errorOf(delivery), `the submission of ${view.modal.callback_id} ${whyNot(delivery)}`);
  }

  function follow(view: OpenModal, answer: Record<string, unknown>): void {
    const parsed = answerSchema.safeParse(Object.keys(answer).length === 0 ? { response_action: 'clear' } : answer);
    if (!parsed.success) {
      fail(view, 'invalid_response_action', z.prettifyError(parsed.error));
      return;
    }
    const { data } = parsed;
    switch (data.response_action) {
      case 'clear':
        views.close(view);
        break;
      case 'errors':
        sayErrors(view, data.errors);
        break;
      case 'update': {
        const verdict = checkModal(data.view);
        if (verdict.kind === 'refused') fail(view, 'invalid_view', verdict.problems.join('; '));
        else views.replace(view, verdict.modal);
        break;
      }
      default:
        data satisfies never;
    }
  }

  function sayErrors(view: OpenModal, errors: Record<string, string>): void {
    const known = inputsOf(view.modal).map((it) => it.block_id);
    const strange = Object.keys(errors).filter((id) => !known.includes(id));
    const sound = strange.length === 0 && Object.keys(errors).length > 0;
    if (sound) views.change(view, { errors });
    else fail(view, 'invalid_errors', `no input has the block_id ${strange.join(', ')}`);
  }

  function fail(view: OpenModal, error: string, detail: string): void {
    workspace.notice('ack', error, detail);
    views.change(view, { says: trouble });
  }

  /** Leaves a field with something new in it: an app hears of it where the input says so. */
  async function enter(
    person: Person,
    view: OpenModal,
    entered: Record<string, string>,
    blockId: string,
  ): Promise<void> {
    fillIn(view, entered);
    const input = inputsOf(view.modal).find((it) => it.block_id === blockId);
    if (!input?.dispatch_action) return;
    const { type, action_id } = input.element;
    const value = heldBy(input.element, view.entered[blockId] ?? '');
    await act(person, view, action_id ?? '', { type, action_id, block_id: blockId, ...value });
  }

  /** Presses a button, or chooses from a menu that is no input. */
  async function press(person: Person, view: OpenModal, actionId: string, choice?: string): Promise<void> {
    const found = elementsOf(view.modal).find((it) => it.element.action_id === actionId);
    if (!found) throw new Error(`No element ${actionId} in the modal`);
    await act(person, view, actionId, actionFor(found.element, found.blockId, choice, workspace.nextTs()));
  }

  async function act(person: Person, view: OpenModal, actionId: string, action: object): Promise<void> {
    const delivery = await line.deliver({
      kind: 'interaction',
      what: `${actionId} in ${view.modal.callback_id ?? view.id}`,
      payload: {
        type: 'block_actions',
        ...from(person),
        trigger_id: triggers.mint(person.id),
        container: { type: 'view', view_id: view.id },
        view: asSlackSees(view),
        actions: [{ action_ts: workspace.nextTs(), ...action }],
      },
    });
    if (delivery.kind !== 'acknowledged') {
      fail(view, errorOf(delivery), `${actionId} ${whyNot(delivery)}`);
    }
  }

  async function close(person: Person, view: OpenModal): Promise<void> {
    views.close(view);
    if (!view.modal.notify_on_close) return;
    const delivery = await line.deliver({
      kind: 'interaction',
      what: `closing of ${view.modal.callback_id ?? view.id}`,
      payload: { type: 'view_closed', ...from(person), view: asSlackSees(view), is_cleared: false },
    });
    if (delivery.kind !== 'acknowledged') {
      workspace.notice('ack', errorOf(delivery), `the closing of a modal ${whyNot(delivery)}`);
    }
  }

  function fillIn(view: OpenModal, entered: Record<string, string>): void {
    const known = Object.entries(entered).filter(([id]) => Object.hasOwn(view.entered, id));
    Object.assign(view.entered, Object.fromEntries(known));
  }

  return { submit, enter, press, close };
}

export type ModalInteractions = ReturnType<typeof createModalInteractions>;

/** What Slack says of a field without asking the app. */
function seenToBeWrong({ optional, element }: Input, value: string): string | undefined {
  if (value === '') return optional ? undefined : 'Please complete this required field.';
  if (element.type !== 'plain_text_input') return undefined;
  const { min_length: least = 0, max_length: most = Number.POSITIVE_INFINITY } = element;
  if (value.length < least) return `This field needs at least ${least} characters.`;
  return value.length > most ? `This field takes at most ${most} characters.` : undefined;
}

import { randomBytes } from 'node:crypto';
import type { Input, Modal } from './blocks/modal-schema.ts';
import type { OpenModal } from './vocabulary.ts';
import { app, team, type Workspace } from './workspace.ts';

/** The modals that stand open, one before each person. The app opens and replaces them; people fill them in. */
export function createViews(workspace: Workspace) {
  const open = new Map<string, OpenModal>();
  let changes = 0;

  const freshHash = () => {
    changes += 1;
    return `${workspace.nextTs().split('.')[0]}.${randomBytes(4).toString('hex')}${changes}`;
  };
  const tell = (view: OpenModal) => workspace.tell({ kind: 'modal', modal: structuredClone(view) });

  const views = {
    before: (person: string) => open.get(person),
    withId: (id: string) => [...open.values()].find((it) => it.id === id),

    /** In the place of what this person had open. */
    open(person: string, modal: Modal): OpenModal {
      const id = `V0${randomBytes(5).toString('hex').toUpperCase()}`;
      const view: OpenModal = {
        id,
        person,
        hash: freshHash(),
        modal,
        entered: whatStandsIn(modal),
        errors: {},
        waiting: false,
      };
      open.set(person, view);
      tell(view);
      return view;
    },

    /** What people have entered stays, where field and kind of field stay. */
    replace(view: OpenModal, modal: Modal): void {
      const entered = whatStandsIn(modal, view);
      Object.assign(view, { modal, entered, errors: {}, hash: freshHash() });
      tell(view);
    },

    change(view: OpenModal, to: Partial<Pick<OpenModal, 'entered' | 'errors' | 'says' | 'waiting'>>): void {
      Object.assign(view, to);
      if (open.get(view.person) === view) tell(view);
    },

    close(view: OpenModal): void {
      if (open.get(view.person) !== view) return;
      open.delete(view.person);
      workspace.tell({ kind: 'modal-closed', person: view.person, id: view.id });
    },
  };
  return views;
}

export type Views = ReturnType<typeof createViews>;

export const inputsOf = ({ blocks }: Modal): Input[] => blocks.filter((block) => block.type === 'input');

function whatStandsIn(modal: Modal, before?: OpenModal): Record<string, string> {
  const earlier = before ? inputsOf(before.modal) : [];
  return Object.fromEntries(
    inputsOf(modal).map((input) => {
      const id = input.block_id ?? '';
      const { element } = input;
      const same = earlier.some(
        (it) => it.block_id === id && it.element.action_id === element.action_id && it.element.type === element.type,
      );
      const kept = same ? before?.entered[id] : undefined;
      return [id, kept !== undefined && fits(element, kept) ? kept : initially(element)];
    }),
  );
}

const fits = (element: Input['element'], value: string): boolean =>
  element.type !== 'static_select' || value === '' || element.options.some((it) => it.value === value);

function initially(element: Input['element']): string {
  switch (element.type) {
    case 'plain_text_input':
      return element.initial_value ?? '';
    case 'datepicker':
      return element.initial_date ?? '';
    case 'static_select':
      return element.initial_option?.value ?? '';
    default:
      return element satisfies never;
  }
}

/** A view as API answers and interaction payloads carry it. */
export function asSlackSees({ id, hash, modal, entered }: OpenModal): Record<string, unknown> {
  return {
    id,
    team_id: team.id,
    type: 'modal',
    blocks: modal.blocks,
    private_metadata: modal.private_metadata ?? '',
    callback_id: modal.callback_id ?? '',
    state: { values: stateOf(modal, entered) },
    hash,
    title: modal.title,
    submit: modal.submit ?? null,
    close: modal.close ?? null,
    clear_on_close: modal.clear_on_close ?? false,
    notify_on_close: modal.notify_on_close ?? false,
    previous_view_id: null,
    root_view_id: id,
    app_id: app.id,
    external_id: '',
    app_installed_team_id: team.id,
    bot_id: app.botId,
  };
}

function stateOf(modal: Modal, entered: Record<string, string>): Record<string, object> {
  return Object.fromEntries(
    inputsOf(modal).map(({ block_id = '', element }) => [
      block_id,
      { [element.action_id ?? '']: { type: element.type, ...heldBy(element, entered[block_id] ?? '') } },
    ]),
  );
}

/** What an input holds, as Slack says it; nothing is null. */
export function heldBy(element: Input['element'], value: string): Record<string, unknown> {
  switch (element.type) {
    case 'plain_text_input':
      return { value: value === '' ? null : value };
    case 'datepicker':
      return { selected_date: value === '' ? null : value };
    case 'static_select':
      return { selected_option: element.options.find((it) => it.value === value) ?? null };
    default:
      return element satisfies never;
  }
}

import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Message } from './blocks/message.ts';
import type { Caller } from './subcommand.ts';

/** A form in a window of its own. One file under `modals` each, one line in its table. */
export interface Modal {
  /** Slack's `callback_id`: how submissions find back. */
  readonly id: string;
  /** Something was chosen in a field that asks at once: the form as it is from then on. `metadata` is what it was given when it was shown. */
  changed?(entered: Entered, metadata: string, call: Caller): ModalView;
  /** It was submitted. Parses, calls one operation, says what becomes of the form; what takes long begins with `conclude`, once Slack has its answer. */
  submit(entered: Entered, metadata: string, call: Caller): Submitted | Promise<Submitted>;
}

/** What stands in the fields, by block id; what is empty is left out. */
export type Entered = Readonly<Record<string, string>>;

export type Submitted =
  /** What is wrong, beside its fields, by block id. */
  | { readonly kind: 'wrong'; readonly errors: Readonly<Record<string, string>> }
  | { readonly kind: 'closed' }
  | { readonly kind: 'shown'; readonly view: ModalView; readonly conclude?: () => Promise<Concluded> };

/** What it comes to: as a form, and as a message for whoever has closed the form meanwhile. */
export interface Concluded {
  readonly view: ModalView;
  readonly message: Message;
}

/** Every action in a modal begins so; it stands beside no message. */
export const inModal = 'modal:';

const stateSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_date: z.string().nullish(),
      selected_option: z.object({ value: z.string() }).nullish(),
    }),
  ),
);

/** A modal as it comes back from Slack. */
export const heardViewSchema = z.object({
  id: z.string(),
  hash: z.string(),
  callback_id: z.string(),
  private_metadata: z.string(),
  state: z.object({ values: stateSchema.transform(enteredIn) }),
});

function enteredIn(values: z.infer<typeof stateSchema>): Entered {
  return Object.fromEntries(
    Object.entries(values).flatMap(([block, actions]) =>
      Object.values(actions).flatMap(({ value, selected_date, selected_option }) => {
        const found = (value ?? selected_date ?? selected_option?.value)?.trim();
        return found ? [[block, found]] : [];
      }),
    ),
  );
}

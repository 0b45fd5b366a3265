import { z } from 'zod';
import { limits } from '../limits.ts';
import { actionId, blockId, commonBlocks, option, plainText, staticSelect } from './schemas.ts';

/** A modal as an app sends it: strict, and with what messages have not, inputs. Tables it cannot have. */
export const modalSchema = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(limits.modalTitle),
    blocks: z.array(z.lazy(() => modalBlock)).max(limits.blocksInModal),
    submit: plainText(limits.modalButton).optional(),
    close: plainText(limits.modalButton).optional(),
    private_metadata: z.string().max(limits.privateMetadata).optional(),
    callback_id: z.string().max(limits.callbackId).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
  })
  .superRefine((it, context) => {
    if (it.submit || it.blocks.every((one) => one.type !== 'input')) return;
    context.addIssue({ code: 'invalid_type', expected: 'object', path: ['submit'], input: undefined });
  });

export type Modal = z.infer<typeof modalSchema>;
export type ModalBlock = z.infer<typeof modalBlock>;
export type Input = z.infer<typeof input>;
export type InputElement = Input['element'];

const focus = { focus_on_load: z.boolean().optional() };

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId,
    initial_value: z.string().max(limits.inputText).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(limits.inputText).optional(),
    max_length: z.int().min(1).max(limits.inputText).optional(),
    placeholder: plainText(limits.placeholderText).optional(),
    ...focus,
  })
  .superRefine(({ min_length: least = 0, max_length: most = limits.inputText, initial_value: value }, context) => {
    const complain = (at: string, message: string) => context.addIssue({ code: 'custom', path: [at], message });
    if (least > most) complain('min_length', 'must not be greater than `max_length`');
    if (value !== undefined && value.length > most)
      complain('initial_value', `must be less than ${most + 1} characters`);
  });

/** A day that there is: 2026-02-31 is none. */
const day = z.iso.date({ error: 'must be a valid date in the format YYYY-MM-DD' });

const datePicker = z.strictObject({
  type: z.literal('datepicker'),
  action_id: actionId,
  initial_date: day.optional(),
  placeholder: plainText(limits.placeholderText).optional(),
  ...focus,
});

const modalSelect = staticSelect.extend({ initial_option: option.optional(), ...focus }).superRefine((it, context) => {
  const chosen = it.initial_option;
  if (!chosen || it.options.some((one) => JSON.stringify(one) === JSON.stringify(chosen))) return;
  context.addIssue({ code: 'custom', path: ['initial_option'], message: 'must match one of the provided options' });
});

const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(limits.inputLabel),
  element: z.discriminatedUnion('type', [plainTextInput, modalSelect, datePicker]),
  hint: plainText(limits.inputHint).optional(),
  optional: z.boolean().optional(),
  /** Whoever enters something here lets the app know at once. */
  dispatch_action: z.boolean().optional(),
});

const modalBlock = z.discriminatedUnion('type', [...commonBlocks, input]);

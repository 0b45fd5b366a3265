import { z } from 'zod';
import { block } from './schemas.ts';

/** Slack's limits on a modal. */
const most = {
  blocks: 100,
  title: 24,
  button: 24,
  label: 2_000,
  placeholder: 150,
  metadata: 3_000,
  callback: 255,
  id: 255,
};

const plainText = (longest: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
  });

const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: z.string().min(1).max(most.id).optional(),
  placeholder: plainText(most.placeholder).optional(),
  initial_value: z.string().optional(),
  max_length: z.int().min(1).max(3_000).optional(),
  focus_on_load: z.boolean().optional(),
});

/** What somebody fills in. */
const input = z.strictObject({
  type: z.literal('input'),
  block_id: z.string().max(most.id).optional(),
  label: plainText(most.label),
  hint: plainText(most.label).optional(),
  optional: z.boolean().optional(),
  element: textInput,
});

/** A modal, strict as Slack is. One with an input has a button to submit it. */
export const viewSchema = z
  .strictObject({
    type: z.literal('modal'),
    callback_id: z.string().max(most.callback).optional(),
    title: plainText(most.title),
    submit: plainText(most.button).optional(),
    close: plainText(most.button).optional(),
    private_metadata: z.string().max(most.metadata).optional(),
    blocks: z.array(z.union([input, block])).max(most.blocks),
  })
  .superRefine((view, context) => {
    if (view.submit || !view.blocks.some(({ type }) => type === 'input')) return;
    context.addIssue({ code: 'custom', path: ['submit'], message: 'missing required field: submit' });
  });

export type View = z.infer<typeof viewSchema>;
export type InputBlock = z.infer<typeof input>;

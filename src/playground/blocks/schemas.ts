import { z } from 'zod';
import { limits } from '../limits.ts';

/**
 * The blocks and elements the bot uses, strict as Slack is: a property Slack does not know makes it refuse the whole
 * message. A block or element enters here with the first feature that sends it.
 */
export const blocksSchema = z.array(z.lazy(() => block)).max(limits.blocksInMessage);

export type Block = z.infer<typeof block>;
export type Element = z.infer<typeof element>;
export type Confirm = z.infer<typeof confirm>;
export type TextObject = z.infer<ReturnType<typeof textObject>>;

const blockId = z.string().max(limits.blockId).optional();
const actionId = z.string().min(1).max(limits.actionId).optional();

const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.boolean().optional() });
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(most), verbatim: z.boolean().optional() });
const textObject = (most: number) => z.discriminatedUnion('type', [plainText(most), mrkdwn(most)]);

const confirm = z.strictObject({
  title: plainText(limits.confirmTitle),
  text: textObject(limits.confirmText),
  confirm: plainText(limits.confirmButton),
  deny: plainText(limits.confirmButton),
  style: z.enum(['primary', 'danger']).optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(limits.buttonText),
  action_id: actionId,
  url: z.string().max(limits.url).optional(),
  value: z.string().max(limits.buttonValue).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(limits.accessibilityLabel).optional(),
});

const option = z.strictObject({
  text: plainText(limits.optionText),
  value: z.string().max(limits.optionValue),
  description: plainText(limits.optionText).optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId,
  options: z
    .array(option.extend({ url: z.string().max(limits.url).optional() }))
    .min(1)
    .max(limits.overflowOptions),
  confirm: confirm.optional(),
});

const staticSelect = z.strictObject({
  type: z.literal('static_select'),
  action_id: actionId,
  placeholder: plainText(limits.placeholderText).optional(),
  options: z.array(option).min(1).max(limits.selectOptions),
  confirm: confirm.optional(),
});

const element = z.discriminatedUnion('type', [button, overflow, staticSelect]);

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: textObject(limits.sectionText).optional(),
    fields: z.array(textObject(limits.fieldText)).min(1).max(limits.sectionFields).optional(),
    accessory: element.optional(),
    expand: z.boolean().optional(),
  })
  .superRefine((it, context) => {
    if (it.text || it.fields) return;
    context.addIssue({ code: 'custom', path: ['type'], message: 'must define either `text` or `fields`' });
  });

const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(limits.headerText) });

const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });

const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: z.array(textObject(limits.contextText)).min(1).max(limits.contextElements),
});

const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: z.array(element).min(1).max(limits.actionsElements),
});

const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: z
    .array(
      z
        .array(z.discriminatedUnion('type', [z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) })]))
        .min(1)
        .max(limits.tableCells),
    )
    .min(1)
    .max(limits.tableRows),
  column_settings: z
    .array(
      z.strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() }),
    )
    .max(limits.tableCells)
    .optional(),
});

export const block = z.discriminatedUnion('type', [section, header, divider, context, actions, table]);

/**
 * Slack's limits on what an app sends, one row each; `test/playground/limits.test.ts` holds for every row a message
 * that is just allowed and one that is just refused.
 */
export const limits = {
  blocksInMessage: 50,
  /** All blocks of a message together, as JSON. Undocumented; Slack refuses somewhere past 13,000. */
  blocksTogether: 13_000,
  postedText: 40_000,
  /** `chat.update` only: bytes after `&`, `<` and `>` are escaped. */
  updatedText: 4_000,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  headerText: 150,
  contextElements: 10,
  contextText: 3_000,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  url: 3_000,
  blockId: 255,
  actionId: 255,
  overflowOptions: 5,
  selectOptions: 100,
  placeholderText: 150,
  optionText: 75,
  optionValue: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  tableRows: 100,
  tableCells: 20,
  tablesInMessage: 1,
  blocksInModal: 100,
  /** A whole view as JSON: 250 kB. */
  viewTogether: 250_000,
  modalTitle: 24,
  modalButton: 24,
  privateMetadata: 3_000,
  callbackId: 255,
  inputLabel: 2_000,
  inputHint: 2_000,
  /** Of one `plain_text_input`; what its `min_length` and `max_length` may say. */
  inputText: 3_000,
  focusedInModal: 1,
} as const;

export type LimitName = keyof typeof limits;

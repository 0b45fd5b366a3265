import { useEffect, useId, useRef, useState } from 'react';
import type { Input } from '../blocks/modal-schema.ts';
import type { OpenModal } from '../vocabulary.ts';
import { OneBlock } from './blocks.tsx';
import type { Perform } from './live-workspace.ts';
import { SlackText } from './slack-text.tsx';

/** A modal of the app: a native dialog, its fields native inputs, what is wrong said beside them. */
export function ModalDialog({ open, perform }: { open: OpenModal; perform: Perform }) {
  const { id: view, modal, errors, says, waiting } = open;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [typed, setTyped] = useState<Record<string, string>>({});
  // What is typed stands, as in Slack, while its block and its element do.
  const entered = Object.fromEntries(
    modal.blocks
      .filter((block) => block.type === 'input')
      .map((input) => [input.block_id ?? '', typed[keyOf(input)] ?? open.entered[input.block_id ?? ''] ?? '']),
  );
  const leave = () => void perform({ do: 'close-modal', view });

  useEffect(() => dialog.current?.showModal(), []);
  // Opening focuses what comes first, which is the cross; and what a replacement brings may be the first field there is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view is the occasion
  useEffect(() => {
    const fields = dialog.current?.querySelectorAll<HTMLElement>('.field :is(input, select, textarea)') ?? [];
    const wanted = [...fields].find((it) => it.dataset.focus === 'true') ?? fields[0];
    if (![...fields].some((it) => it === document.activeElement)) wanted?.focus();
  }, [open.hash]);
  const wrong = Object.keys(errors)[0];
  useEffect(() => {
    if (wrong !== undefined) dialog.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [wrong]);

  return (
    <dialog
      ref={dialog}
      className="dialog modal"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void perform({ do: 'submit', view, entered });
        }}
      >
        <header className="modal-head">
          <h2 id={titleId}>
            <SlackText text={modal.title} />
          </h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={leave}>
            ✕
          </button>
        </header>
        <div className="modal-body">
          {modal.blocks.map((block) =>
            block.type === 'input' ? (
              <Field
                key={block.block_id}
                input={block}
                value={entered[block.block_id ?? ''] ?? ''}
                error={errors[block.block_id ?? '']}
                write={(value) => setTyped((before) => ({ ...before, [keyOf(block)]: value }))}
                dispatches={block.dispatch_action ?? false}
                settle={(value) => {
                  const { block_id: blockId = '' } = block;
                  if (block.dispatch_action) void perform({ do: 'enter', view, blockId, value, entered });
                }}
              />
            ) : (
              <OneBlock
                key={block.block_id}
                block={block}
                clicks={[]}
                press={(actionId, choice) =>
                  void perform({ do: 'press', view, actionId, ...(choice === undefined ? {} : { choice }) })
                }
              />
            ),
          )}
          {says !== undefined && (
            <p className="click-failed" role="alert">
              ⚠ {says}
            </p>
          )}
        </div>
        <div className="dialog-buttons modal-foot">
          <button type="button" className="slack-button" onClick={leave}>
            {modal.close?.text ?? 'Cancel'}
          </button>
          {modal.submit && (
            <button type="submit" className="slack-button primary" aria-busy={waiting} disabled={waiting}>
              {modal.submit.text}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

const keyOf = ({ block_id, element }: Input) => `${block_id} ${element.action_id} ${element.type}`;

interface FieldProps {
  input: Input;
  value: string;
  error: string | undefined;
  write(value: string): void;
  /** It was chosen, or Enter was pressed in it: an input that dispatches tells the app, and Enter does not submit. */
  settle(value: string): void;
  dispatches: boolean;
}

function Field({ input, error, ...entry }: FieldProps) {
  const { label, hint, optional } = input;
  const id = useId();
  const described = [hint && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  const common = {
    id,
    'aria-invalid': error !== undefined,
    'aria-required': !optional,
    ...(described === '' ? {} : { 'aria-describedby': described }),
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {label.text} {optional && <span className="quiet">(optional)</span>}
      </label>
      <Entry element={input.element} common={common} {...entry} />
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="quiet field-hint">
          {hint.text}
        </p>
      )}
    </div>
  );
}

function Entry(
  props: Omit<FieldProps, 'input' | 'error'> & {
    element: Input['element'];
    common: React.AriaAttributes & { id: string };
  },
) {
  const { element, common, value, write, settle, dispatches } = props;
  const focus = { 'data-focus': element.focus_on_load ?? false };
  switch (element.type) {
    case 'plain_text_input': {
      const shared = {
        ...common,
        ...focus,
        value,
        autoComplete: 'off',
        spellCheck: false,
        ...(element.placeholder ? { placeholder: element.placeholder.text } : {}),
      };
      return element.multiline ? (
        <textarea {...shared} rows={3} onChange={(event) => write(event.target.value)} />
      ) : (
        <input
          type="text"
          {...shared}
          onChange={(event) => write(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !dispatches) return;
            event.preventDefault();
            settle(value);
          }}
        />
      );
    }
    case 'datepicker':
      return (
        <input
          type="date"
          {...common}
          {...focus}
          value={value}
          onChange={(event) => {
            write(event.target.value);
            if (event.target.value !== '') settle(event.target.value);
          }}
        />
      );
    case 'static_select':
      return (
        <select
          {...common}
          {...focus}
          value={value}
          onChange={(event) => {
            write(event.target.value);
            settle(event.target.value);
          }}
        >
          <option value="" disabled hidden>
            {element.placeholder?.text ?? 'Select an option'}
          </option>
          {element.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text.text}
            </option>
          ))}
        </select>
      );
    default:
      return element satisfies never;
  }
}

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { inputsOf } from '../blocks/view-inputs.ts';
import type { OpenView } from '../vocabulary.ts';
import { Blocks } from './blocks.tsx';
import type { Perform } from './live-workspace.ts';

/** What the app opened before somebody's eyes. It stays until it is submitted in a way that the app takes, or closed. */
export function Modal({ open, perform }: { open: OpenView; perform: Perform }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const { id, view, errors } = open;
  const inputs = inputsOf(view);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const values = Object.fromEntries(inputs.map(({ blockId }) => [blockId, String(form.get(blockId) ?? '')]));
    await perform({ do: 'submit-view', id, values });
    setBusy(false);
  };
  const close = () => void perform({ do: 'close-view', id });
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="modal-title" onCancel={close}>
      <form onSubmit={submit}>
        <h2 id="modal-title">{view.title.text}</h2>
        {view.blocks.map((block, index) => {
          const input = inputs.find((each) => each.block === block);
          if (!input) {
            if (block.type === 'input') return null;
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks of a modal stay in their places
            return <Blocks key={index} blocks={[block]} clicks={[]} press={() => {}} />;
          }
          const { blockId } = input;
          return (
            <p key={blockId} className="modal-input">
              <label htmlFor={`input-${blockId}`}>{input.block.label.text}</label>
              <input
                id={`input-${blockId}`}
                name={blockId}
                type="text"
                autoComplete="off"
                required={!input.block.optional}
                placeholder={input.block.element.placeholder?.text}
                defaultValue={input.block.element.initial_value}
                maxLength={input.block.element.max_length}
                aria-invalid={errors[blockId] !== undefined}
              />
              {errors[blockId] && <small role="alert">{errors[blockId]}</small>}
              {input.block.hint && <small className="quiet">{input.block.hint.text}</small>}
            </p>
          );
        })}
        <div className="dialog-buttons">
          <button type="button" className="slack-button" onClick={close}>
            {view.close?.text ?? 'Close'}
          </button>
          {view.submit && (
            <button type="submit" className="slack-button primary" aria-busy={busy}>
              {view.submit.text}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

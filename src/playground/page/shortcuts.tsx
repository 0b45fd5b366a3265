import { useEffect, useRef } from 'react';

const keys: [string, string][] = [
  ['Enter', 'Send'],
  ['Shift Enter', 'New line'],
  ['/', 'Type a command, from anywhere'],
  ['Tab', 'Complete a command'],
  ['↑', 'Bring back what was sent'],
  ['Alt ↑ / Alt ↓', 'Previous, next channel'],
  ['Alt 1 … 9', 'Be somebody else'],
  ['Alt D', 'For bot developers'],
  ['Esc', 'Close what is open'],
  ['?', 'These shortcuts'],
];

export function Shortcuts({ close }: { close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="shortcuts-title" onClose={close}>
      <h2 id="shortcuts-title">Keyboard shortcuts</h2>
      <dl className="shortcuts">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-buttons">
        <button type="button" className="slack-button" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}

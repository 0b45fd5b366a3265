import { useEffect, useRef, useState } from 'react';
import type { Confirm, Element } from '../blocks/schemas.ts';
import type { Click } from '../vocabulary.ts';
import { SlackText } from './slack-text.tsx';

export type Press = (actionId: string, choice?: string) => void;

/** A button or a menu, with its confirm dialog. */
export function Control({ element, clicks, press }: { element: Element; clicks: Click[]; press: Press }) {
  const [asking, setAsking] = useState<{ confirm: Confirm; choice?: string }>();
  const actionId = element.action_id ?? '';
  const click = clicks.find((it) => it.actionId === actionId);
  const go = (confirm: Confirm | undefined, choice?: string) => {
    if (confirm) setAsking({ confirm, ...(choice === undefined ? {} : { choice }) });
    else press(actionId, choice);
  };
  return (
    <span className="control">
      {element.type === 'button' ? (
        <button
          type="button"
          className={`slack-button ${element.style ?? ''}`}
          aria-busy={click?.state === 'waiting'}
          data-failed={click?.state === 'failed'}
          aria-label={element.accessibility_label}
          onClick={() => {
            if (element.url) window.open(element.url, '_blank', 'noreferrer');
            go(element.confirm);
          }}
        >
          <SlackText text={element.text} />
        </button>
      ) : element.type === 'overflow' ? (
        <OverflowMenu element={element} choose={(choice) => go(element.confirm, choice)} />
      ) : (
        <SelectMenu
          element={element}
          busy={click?.state === 'waiting'}
          choose={(choice) => go(element.confirm, choice)}
        />
      )}
      {asking && (
        <ConfirmDialog
          confirm={asking.confirm}
          settle={(yes) => {
            setAsking(undefined);
            if (yes) press(actionId, asking.choice);
          }}
        />
      )}
    </span>
  );
}

function OverflowMenu({
  element,
  choose,
}: {
  element: Extract<Element, { type: 'overflow' }>;
  choose: (value: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    itemsIn(box.current)[0]?.focus();
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [open]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <span
      className="overflow"
      ref={box}
      onKeyDown={(event) => {
        if (!open) return;
        const all = itemsIn(box.current);
        const at = all.indexOf(document.activeElement as HTMLElement);
        if (event.key === 'Escape') close();
        else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
        else if (event.key === 'ArrowUp') all.at(at - 1)?.focus();
        else if (event.key === 'Tab') setOpen(false);
        else return;
        if (event.key !== 'Tab') event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        className="slack-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label="More actions"
        ref={opener}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <span role="menu" className="menu">
          {element.options.map((option) => (
            <button
              type="button"
              role="menuitem"
              key={option.value}
              onClick={() => {
                if (option.url) window.open(option.url, '_blank', 'noreferrer');
                close();
                choose(option.value);
              }}
            >
              <SlackText text={option.text} />
              {option.description && <small>{option.description.text}</small>}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}

function SelectMenu(props: {
  element: Extract<Element, { type: 'static_select' }>;
  busy: boolean;
  choose: (value: string) => void;
}) {
  const { element, busy, choose } = props;
  const [chosen, setChosen] = useState('');
  const placeholder = element.placeholder?.text ?? 'Select an item';
  return (
    <select
      className="slack-button slack-select"
      aria-label={placeholder}
      aria-busy={busy}
      value={chosen}
      onChange={(event) => {
        setChosen(event.target.value);
        choose(event.target.value);
      }}
    >
      <option value="" disabled hidden>
        {placeholder}
      </option>
      {element.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text.text}
        </option>
      ))}
    </select>
  );
}

const itemsIn = (menu: HTMLElement | null) => [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

function ConfirmDialog({ confirm, settle }: { confirm: Confirm; settle: (yes: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="confirm-title" onClose={() => settle(false)}>
      <h2 id="confirm-title">{confirm.title.text}</h2>
      <SlackText text={confirm.text} />
      <div className="dialog-buttons">
        <button type="button" className="slack-button" onClick={() => settle(false)}>
          {confirm.deny.text}
        </button>
        <button type="button" className={`slack-button ${confirm.style ?? 'primary'}`} onClick={() => settle(true)}>
          {confirm.confirm.text}
        </button>
      </div>
    </dialog>
  );
}

import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Snapshot } from '../page-contract.ts';
import { suggestionsFor } from './suggestions.ts';

/** Where messages and commands are typed. Enter sends, Shift+Enter breaks the line, ↑ brings back what was sent. */
export function Composer(props: {
  placeholder: string;
  view: Snapshot;
  threaded?: boolean;
  send(text: string): Promise<unknown>;
}) {
  const { placeholder, view, threaded = false, send } = props;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<number>();
  const [dismissed, setDismissed] = useState(false);
  const [sending, setSending] = useState(0);
  const sent = useRef<string[]>([]);
  const recalled = useRef(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const suggestions = useMemo(() => (threaded ? [] : suggestionsFor(text, view)), [text, view, threaded]);
  const shown = !dismissed && suggestions.length > 0;
  // A command's name is chosen from the start; what may follow it only once somebody moves there.
  const at = chosen ?? (suggestions[0]?.isName ? 0 : -1);
  const choice = suggestions[at];

  useEffect(() => {
    if (!threaded) area.current?.focus();
  }, [threaded]);

  const write = (to: string) => {
    setText(to);
    setChosen(undefined);
    setDismissed(false);
  };
  const submit = () => {
    if (text.trim() === '') return;
    sent.current.push(text);
    recalled.current = 0;
    write('');
    setSending((it) => it + 1);
    void send(text).finally(() => setSending((it) => it - 1));
  };
  const recall = (step: number) => {
    const back = recalled.current + step;
    if (back < 0 || back > sent.current.length) return;
    recalled.current = back;
    write(back === 0 ? '' : (sent.current.at(-back) ?? ''));
    setDismissed(true);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const taken = shown ? (choice ?? (event.key === 'Tab' ? suggestions[0] : undefined)) : undefined;
    const completes = taken !== undefined && taken.completes.trimEnd() !== text.trimEnd();
    if (event.key === 'Enter' && !event.shiftKey) {
      if (completes) write(taken.completes);
      else submit();
    } else if (event.key === 'Tab' && completes && !event.shiftKey) write(taken.completes);
    else if (event.key === 'Escape' && shown) setDismissed(true);
    else if (event.key === 'ArrowDown' && shown) setChosen((at + 1) % suggestions.length);
    else if (event.key === 'ArrowUp' && shown) setChosen(at <= 0 ? suggestions.length - 1 : at - 1);
    else if (event.key === 'ArrowUp' && (text === '' || recalled.current > 0)) recall(1);
    else if (event.key === 'ArrowDown' && recalled.current > 0) recall(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="composer">
      {shown && (
        <div className="suggestions" role="listbox" id={listId} aria-label="Commands">
          {suggestions.map((suggestion, i) => (
            <div
              key={suggestion.completes}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={suggestion === choice}
              onPointerDown={(event) => {
                event.preventDefault();
                write(suggestion.completes);
              }}
            >
              <b>{suggestion.shows}</b> <span className="quiet">{suggestion.explains}</span>
            </div>
          ))}
        </div>
      )}
      <div className="composer-box">
        <textarea
          ref={area}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          role="combobox"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          {...(shown && at >= 0 ? { 'aria-activedescendant': `${listId}-${at}` } : {})}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            recalled.current = 0;
            write(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="send"
          aria-label="Send"
          aria-busy={sending > 0}
          disabled={text.trim() === ''}
          onClick={submit}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 4l17 8-17 8 3-8zM7 12h7" />
          </svg>
        </button>
      </div>
    </div>
  );
}

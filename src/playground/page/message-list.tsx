import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Snapshot } from '../page-contract.ts';
import type { Click, Message } from '../vocabulary.ts';
import type { Perform } from './live-workspace.ts';
import { MessageRow } from './message.tsx';
import { dayOf } from './times.ts';

export interface MessageListProps {
  label: string;
  messages: Message[];
  /** All that the person can read, to count replies in. */
  all: Message[];
  view: Snapshot;
  perform: Perform;
  openThread?: (ts: string) => void;
  children?: React.ReactNode;
}

/** A log that stays at its end when it stood there, and otherwise stays where it is and says that more has come. */
export function MessageList({ label, messages, all, view, perform, openThread, children }: MessageListProps) {
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [more, setMore] = useState(false);

  useLayoutEffect(() => {
    const grown = new ResizeObserver(() => {
      if (atEnd.current) toEnd(frame.current);
    });
    if (inner.current) grown.observe(inner.current);
    if (frame.current) grown.observe(frame.current);
    return () => grown.disconnect();
  }, []);
  const last = messages.at(-1)?.ts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last message is the occasion
  useEffect(() => {
    if (!atEnd.current) setMore(true);
  }, [last]);

  return (
    <div className="list-frame">
      <div
        className="list"
        role="log"
        aria-label={label}
        aria-live="polite"
        aria-relevant="additions"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        ref={frame}
        onScroll={({ currentTarget: it }) => {
          atEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < 40;
          if (atEnd.current) setMore(false);
        }}
      >
        <div className="list-inner" ref={inner}>
          {children}
          {messages.map((message, i) => {
            const before = messages[i - 1];
            const newDay = !before || dayOf(before.ts) !== dayOf(message.ts);
            return (
              <div key={`${message.channel}${message.ts}`}>
                {newDay && (
                  <div className="day">
                    <span>{dayOf(message.ts)}</span>
                  </div>
                )}
                <MessageRow
                  message={message}
                  view={view}
                  clicks={clicksOn(message, view.clicks)}
                  follows={!newDay && followsClosely(before, message)}
                  replies={repliesTo(message, all)}
                  perform={perform}
                  openThread={openThread}
                />
              </div>
            );
          })}
        </div>
      </div>
      {more && (
        <button type="button" className="more-below" onClick={() => toEnd(frame.current)}>
          ↓ New messages
        </button>
      )}
    </div>
  );
}

const toEnd = (list: HTMLElement | null) => list?.scrollTo({ top: list.scrollHeight });

const noClicks: Click[] = [];
function clicksOn(message: Message, clicks: Click[]): Click[] {
  const here = clicks.filter((it) => it.ts === message.ts && it.channel === message.channel);
  return here.length > 0 ? here : noClicks;
}

function repliesTo(message: Message, all: Message[]): { count: number; last: string | undefined } {
  const replies = all.filter((it) => it.threadTs === message.ts && it.onlyFor === undefined);
  return { count: replies.length, last: replies.at(-1)?.ts };
}

function followsClosely(before: Message | undefined, message: Message): boolean {
  if (!before || before.onlyFor !== message.onlyFor || message.onlyFor !== undefined) return false;
  const same = JSON.stringify(before.author) === JSON.stringify(message.author);
  return same && message.author.kind !== 'app' && Number(message.ts) - Number(before.ts) < 300;
}

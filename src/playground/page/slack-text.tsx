import { createContext, memo, useContext, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { type Block, Message } from 'slack-blocks-to-jsx';
import type { TextObject } from '../blocks/schemas.ts';

/** Who and what can be mentioned in texts. */
export const Mentionable = createContext<{
  users: { id: string; name: string }[];
  channels: { id: string; name: string }[];
}>({ users: [], channels: [] });

/** A text object as Slack draws it: mrkdwn formatted, plain text plain, emoji in both. */
export const SlackText = memo(({ text }: { text: TextObject }) => {
  const data = useContext(Mentionable);
  const theme = useTheme();
  const box = useRef<HTMLSpanElement>(null);
  // The library gives all it draws one and the same id, which no document may hold twice.
  useLayoutEffect(() => box.current?.querySelector('#slack_blocks_to_jsx')?.removeAttribute('id'));
  return (
    <span className="slack-text" ref={box}>
      <Message blocks={[blockOf(text)]} data={data} hooks={hooks} theme={theme} logo="" name="" withoutWrapper />
    </span>
  );
});

const hooks = {
  user: ({ name }: { name: string }) => <span className="mention">@{name}</span>,
  channel: ({ name }: { name: string }) => <span className="mention">#{name}</span>,
  link: ({ href, children, className }: { href: string; children: React.ReactNode; className: string }) => (
    <a href={href} className={className} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
};

/** The library formats plain text too; only its rich text leaves text alone. */
function blockOf(text: TextObject): Block {
  if (text.type === 'mrkdwn') return { type: 'section', text: { type: 'mrkdwn', text: numbersAreNoEmoji(text.text) } };
  const elements = numbersAreNoEmoji(text.text)
    .split(/(:[a-z0-9_+-]+:)/)
    .flatMap((part) => {
      if (part === '') return [];
      const emoji = /^:(.+):$/.exec(part)?.[1];
      return [emoji ? { type: 'emoji' as const, name: emoji } : { type: 'text' as const, text: unescaped(part) }];
    });
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

/** `02:00:14` holds no emoji called 00, as the library would have it: signs that look like colons are drawn instead. */
const numbersAreNoEmoji = (text: string) => text.replace(/:(?!100:|1234:)(\d+):/g, '\u2236$1\u2236');

const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const darkness = window.matchMedia('(prefers-color-scheme: dark)');

const useTheme = (): 'light' | 'dark' =>
  useSyncExternalStore(
    (changed) => {
      darkness.addEventListener('change', changed);
      return () => darkness.removeEventListener('change', changed);
    },
    () => (darkness.matches ? 'dark' : 'light'),
  );

import { memo, useCallback } from 'react';
import type { Snapshot } from '../page-contract.ts';
import type { Click, Message, SharedFile } from '../vocabulary.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks.tsx';
import type { Perform } from './live-workspace.ts';
import { SlackText } from './slack-text.tsx';
import { clockTime, fullTime, timeAgo } from './times.ts';

export interface MessageProps {
  message: Message;
  view: Pick<Snapshot, 'people' | 'app'>;
  clicks: Click[];
  /** Follows closely on a message of the same author: name and avatar are left out. */
  follows: boolean;
  replies?: { count: number; last: string | undefined };
  perform: Perform;
  openThread?: ((ts: string) => void) | undefined;
}

/** One message. Drawn again only when something about it changes, so that updates happen in place. */
export const MessageRow = memo((props: MessageProps) => {
  const { message, view, clicks, follows, replies, perform, openThread } = props;
  const { channel, ts } = message;
  const author = authorOf(message, view);
  const press = useCallback(
    (actionId: string, choice?: string) =>
      void perform({ do: 'click', channel, ts, actionId, ...(choice === undefined ? {} : { choice }) }),
    [perform, channel, ts],
  );
  const kinds = [
    follows && 'follows',
    message.onlyFor !== undefined && 'ephemeral',
    message.author.kind === 'slack' && 'system',
  ];
  return (
    <article
      className={`message ${kinds.filter(Boolean).join(' ')}`}
      aria-label={`${author.name}, ${clockTime(ts)}`}
      data-ts={ts}
    >
      {follows ? (
        <span className="gutter-time">{clockTime(ts)}</span>
      ) : (
        <Avatar name={author.name} app={author.isApp} />
      )}
      <div className="message-body">
        {message.onlyFor !== undefined && <p className="only-you">👁 Only visible to you</p>}
        {!follows && (
          <p className="byline">
            <b>{author.name}</b>
            {author.isApp && <span className="app-badge">APP</span>}
            <time dateTime={new Date(Number(ts) * 1000).toISOString()} title={fullTime(ts)}>
              {clockTime(ts)}
            </time>
          </p>
        )}
        <div className="content">
          {message.blocks.length > 0 ? (
            <Blocks blocks={message.blocks} clicks={clicks} press={press} />
          ) : (
            message.text !== '' && <SlackText text={{ type: 'mrkdwn', text: message.text }} />
          )}
          {message.files?.map((file) => (
            <FileCard key={file.id} file={file} />
          ))}
          {message.edited && <span className="edited"> (edited)</span>}
        </div>
        {clicks
          .filter((it) => it.state === 'failed')
          .map((click) => (
            <p key={click.actionId} className="click-failed" role="alert">
              ⚠ {click.says}
            </p>
          ))}
        {replies && replies.count > 0 && openThread && (
          <button type="button" className="replies" onClick={() => openThread(ts)}>
            <Avatar name={view.app.name} app small />
            <b>
              {replies.count} {replies.count === 1 ? 'reply' : 'replies'}
            </b>
            {replies.last && <span className="quiet">Last reply {timeAgo(replies.last)}</span>}
          </button>
        )}
      </div>
      {openThread && message.onlyFor === undefined && (
        <button
          type="button"
          className="reply-button"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => openThread(ts)}
        >
          💬
        </button>
      )}
    </article>
  );
});

function FileCard({ file }: { file: SharedFile }) {
  return (
    <a className="file-card" href={`/files/${file.id}`} target="_blank" rel="noreferrer">
      <span aria-hidden="true">📄</span>
      <span>
        <b>{file.title}</b>
        <small className="quiet">
          {file.name} · {file.size.toLocaleString()} bytes
        </small>
      </span>
    </a>
  );
}

export function authorOf(message: Message, view: Pick<Snapshot, 'people' | 'app'>): { name: string; isApp: boolean } {
  const { author } = message;
  if (author.kind === 'app') return { name: view.app.name, isApp: true };
  if (author.kind === 'slack') return { name: 'Slackbot', isApp: false };
  return { name: view.people.find((it) => it.id === author.id)?.realName ?? 'Somebody', isApp: false };
}

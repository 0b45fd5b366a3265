import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Snapshot } from '../page-contract.ts';
import type { Channel } from '../vocabulary.ts';
import { Composer } from './composer.tsx';
import { DeveloperDrawer } from './developer-drawer.tsx';
import { isThere } from './line.ts';
import { type LiveWorkspace, useLiveWorkspace } from './live-workspace.ts';
import { MessageList } from './message-list.tsx';
import { Modal } from './modal.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { Mentionable } from './slack-text.tsx';

/** The address says who one is and where: `/?as=asha&channel=db-ops`; the app's direct messages are `@app`. */
export function Page() {
  const [as, setAs] = useState(() => inAddress('as'));
  const live = useLiveWorkspace(as);
  if (!live.view) return <p className="waiting">Opening the playground…</p>;
  return <Workspace key={live.view.me.id} live={live} view={live.view} become={setAs} />;
}

const inAddress = (name: string): string => new URLSearchParams(location.search).get(name) ?? '';

function Workspace(props: { live: LiveWorkspace; view: Snapshot; become(name: string): void }) {
  const { live, view, become } = props;
  const { perform } = live;
  const [hereId, setHereId] = useState(() => inAddress('channel'));
  const [threadTs, setThreadTs] = useState<string>();
  const [drawer, setDrawer] = useState(false);
  const [menu, setMenu] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);

  const here = view.channels.find((it) => it.id === hereId || addressOf(it) === hereId) ?? view.channels[0];
  const unread = useUnread(view, here?.id);
  const mentionable = useMemo(
    () => ({ users: [...view.people, view.app], channels: view.channels.map(({ id, name }) => ({ id, name })) }),
    [view.people, view.app, view.channels],
  );
  const openThread = useCallback((ts: string) => {
    setDrawer(false);
    setThreadTs(ts);
  }, []);
  const go = useCallback((channel: Channel) => {
    setHereId(channel.id);
    setThreadTs(undefined);
    setMenu(false);
  }, []);

  const where = here ? addressOf(here) : '';
  useEffect(() => {
    history.replaceState(null, '', `/?as=${view.me.name}&channel=${where}`);
    document.title = `${here?.kind === 'im' ? view.app.name : `#${where}`} · Playground`;
  }, [view.me.name, view.app.name, here?.kind, where]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      const typing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      const person = view.people[Number(event.key) - 1];
      if (event.altKey && step !== 0 && here) {
        const next = view.channels.at((view.channels.indexOf(here) + step) % view.channels.length);
        if (next) go(next);
      } else if (event.altKey && person) become(person.name);
      else if (event.altKey && event.key === 'd') setDrawer((it) => !it);
      else if (event.key === 'Escape' && threadTs) setThreadTs(undefined);
      else if (event.key === 'Escape' && (drawer || menu)) {
        setDrawer(false);
        setMenu(false);
      } else if (event.key === '?' && !typing) setShortcuts(true);
      else if (event.key === '/' && !typing) document.querySelector<HTMLElement>('main textarea')?.focus();
      else return;
      if (event.key !== '/') event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [view.people, view.channels, here, go, become, threadTs, drawer, menu]);

  if (!here) return <p className="waiting">There is no channel for {view.me.realName}.</p>;
  const inChannel = view.messages.filter(
    (it) => it.channel === here.id && (it.threadTs === undefined || it.alsoInChannel || it.onlyFor !== undefined),
  );
  const head = view.messages.find((it) => it.channel === here.id && it.ts === threadTs);
  const title = here.kind === 'im' ? view.app.name : here.name;
  return (
    <Mentionable value={mentionable}>
      <div className={`page ${head ? 'with-thread' : drawer ? 'with-drawer' : ''}`}>
        <Sidebar view={view} here={here} unread={unread} open={menu} go={go} become={(it) => become(it.name)} />
        {menu && <button type="button" className="scrim" aria-label="Close the menu" onClick={() => setMenu(false)} />}
        <main>
          <header className="channel-head">
            <button
              type="button"
              className="icon-button menu-button"
              aria-label="Channels and people"
              aria-expanded={menu}
              onClick={() => setMenu(!menu)}
            >
              ☰{[...unread.values()].some((it) => it > 0) && <span className="dot on" aria-hidden="true" />}
            </button>
            <div className="channel-title">
              <h1>
                {here.kind === 'im' ? '' : here.kind === 'private' ? '🔒 ' : '# '}
                {title}
              </h1>
              <p className="quiet">{here.kind === 'im' ? view.app.description : here.topic}</p>
            </div>
            {!here.appIsMember && (
              <button
                type="button"
                className="slack-button"
                onClick={() => perform({ do: 'type', channel: here.id, text: `/invite @${view.app.name}` })}
              >
                Add {view.app.name}
              </button>
            )}
            <button
              type="button"
              className="icon-button"
              aria-label="Keyboard shortcuts"
              title="Keyboard shortcuts (?)"
              onClick={() => setShortcuts(true)}
            >
              ⌨
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`For bot developers, ${view.notices.length} notices`}
              title="For bot developers (Alt+D)"
              aria-expanded={drawer}
              onClick={() => {
                setThreadTs(undefined);
                setDrawer(!drawer);
              }}
            >
              🛠{view.notices.length > 0 && <span className="badge">{view.notices.length}</span>}
            </button>
          </header>
          {!live.connected && (
            <p className="strip" role="status">
              The playground has gone. Waiting for it to come back…
            </p>
          )}
          {live.connected && !isThere(view.line) && (
            <p className="strip" role="status">
              No app is connected: commands and clicks will fail.
            </p>
          )}
          {view.faults.api !== 'well' && (
            <p className="strip" role="status">
              Trouble on purpose: see “For bot developers”.
            </p>
          )}
          <MessageList
            key={here.id}
            label={`Messages in ${title}`}
            messages={inChannel}
            all={view.messages}
            view={view}
            perform={perform}
            openThread={openThread}
          >
            <Beginning channel={here} view={view} />
          </MessageList>
          <Composer
            key={`composer-${here.id}`}
            placeholder={here.kind === 'im' ? `Message ${title}` : `Message #${title}, or / for a command`}
            view={view}
            send={(text) => perform({ do: 'type', channel: here.id, text })}
          />
        </main>
        {head && (
          <aside className="panel thread" aria-label="Thread">
            <header className="panel-head">
              <h2>
                Thread <span className="quiet">{here.kind === 'im' ? title : `#${title}`}</span>
              </h2>
              <button
                type="button"
                className="icon-button"
                aria-label="Close thread"
                onClick={() => setThreadTs(undefined)}
              >
                ✕
              </button>
            </header>
            <MessageList
              key={head.ts}
              label="Replies"
              messages={[head, ...view.messages.filter((it) => it.threadTs === head.ts)]}
              all={[]}
              view={view}
              perform={perform}
            />
            <Composer
              placeholder="Reply…"
              view={view}
              threaded
              send={(text) => perform({ do: 'type', channel: here.id, text, threadTs: head.ts })}
            />
          </aside>
        )}
        {drawer && !head && <DeveloperDrawer view={view} perform={perform} close={() => setDrawer(false)} />}
        {view.views.slice(-1).map((open) => (
          <Modal key={open.id} open={open} perform={perform} />
        ))}
        {shortcuts && <Shortcuts close={() => setShortcuts(false)} />}
      </div>
    </Mentionable>
  );
}

const addressOf = (channel: Channel): string => (channel.kind === 'im' ? '@app' : channel.name);

function Beginning({ channel, view }: { channel: Channel; view: Snapshot }) {
  return (
    <div className="beginning">
      <h2>{channel.kind === 'im' ? view.app.name : `#${channel.name}`}</h2>
      <p className="quiet">
        {channel.kind === 'im'
          ? `This is between you, ${view.me.realName}, and the app.`
          : `This is the very beginning of #${channel.name}.`}
        {view.commands[0] && (
          <>
            {' '}
            Type <kbd>{view.commands[0].command}</kbd> to begin.
          </>
        )}
      </p>
    </div>
  );
}

/** How many messages came into each channel since this person last looked at it. */
function useUnread(view: Snapshot, hereId: string | undefined): ReadonlyMap<string, number> {
  const seen = useRef(new Map<string, number>());
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { id } of view.channels) {
      const total = view.messages.filter(
        (it) => it.channel === id && !(it.author.kind === 'person' && it.author.id === view.me.id),
      ).length;
      if (!seen.current.has(id) || id === hereId) seen.current.set(id, total);
      counts.set(id, Math.max(0, total - (seen.current.get(id) ?? 0)));
    }
    return counts;
  }, [view.channels, view.messages, view.me.id, hereId]);
}

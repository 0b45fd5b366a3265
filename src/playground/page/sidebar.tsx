import type { Snapshot } from '../page-contract.ts';
import type { Channel, Person } from '../vocabulary.ts';
import { Avatar } from './avatar.tsx';
import { isThere } from './line.ts';

export function Sidebar(props: {
  view: Snapshot;
  here: Channel;
  unread: ReadonlyMap<string, number>;
  open: boolean;
  go(channel: Channel): void;
  become(person: Person): void;
}) {
  const { view, here, unread, open, go, become } = props;
  const entry = (channel: Channel, label: React.ReactNode) => {
    const count = unread.get(channel.id) ?? 0;
    return (
      <li key={channel.id}>
        <button
          type="button"
          className={count > 0 ? 'unread' : ''}
          aria-current={channel === here ? 'page' : undefined}
          onClick={() => go(channel)}
        >
          {label}
          {count > 0 && <span className="badge">{count}</span>}
        </button>
      </li>
    );
  };
  const mark = (channel: Channel) => (
    <span className="mark" aria-hidden="true">
      {channel.kind === 'private' ? '🔒' : '#'}
    </span>
  );
  return (
    <nav className={`sidebar ${open ? 'open' : ''}`} aria-label="Workspace">
      <div className="workspace-name">
        Playground
        <span className={`dot ${isThere(view.line) ? 'on' : ''}`} aria-hidden="true" />
      </div>
      <h2>Channels</h2>
      <ul>
        {view.channels
          .filter((it) => it.kind !== 'im')
          .map((channel) =>
            entry(
              channel,
              <>
                {mark(channel)} {channel.name}
              </>,
            ),
          )}
      </ul>
      <h2>Apps</h2>
      <ul>
        {view.channels
          .filter((it) => it.kind === 'im')
          .map((channel) =>
            entry(
              channel,
              <>
                <Avatar name={view.app.name} app small /> {view.app.name}
              </>,
            ),
          )}
      </ul>
      <h2 id="people">You are</h2>
      <ul className="people" aria-labelledby="people">
        {view.people.map((person, i) => (
          <li key={person.id}>
            <button
              type="button"
              aria-pressed={person.id === view.me.id}
              title={`Alt+${i + 1}`}
              onClick={() => become(person)}
            >
              <Avatar name={person.realName} small />
              <span>
                {person.realName}
                <small>{person.title}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

import { useId, useState } from 'react';
import type { Line } from '../vocabulary.ts';
import { isThere } from './line.ts';
import type { Perform } from './live-workspace.ts';

/** How the app is reached: trouble for its connections, or its Request URL, as in the settings of an app. */
export function LineSettings({ line, perform }: { line: Line; perform: Perform }) {
  return (
    <>
      <p>
        <span className={`dot ${isThere(line) ? 'on' : ''}`} aria-hidden="true" /> {describe(line)}
      </p>
      {line.kind === 'socket-mode' && (
        <div className="row">
          <button
            type="button"
            className="slack-button"
            onClick={() => perform({ do: 'disconnect', reason: 'warning' })}
          >
            Disconnect with warning
          </button>
          <button
            type="button"
            className="slack-button"
            onClick={() => perform({ do: 'disconnect', reason: 'refresh_requested' })}
          >
            Ask for a refresh
          </button>
          <button type="button" className="slack-button" onClick={() => perform({ do: 'cut' })}>
            Cut the line
          </button>
        </div>
      )}
      <RequestUrlForm line={line} perform={perform} />
    </>
  );
}

function describe(line: Line): string {
  if (line.kind === 'http') return `Over HTTP, to ${line.url}`;
  if (line.connections === 0) return 'No app is connected';
  return `${line.connections} Socket Mode connection${line.connections > 1 ? 's' : ''}`;
}

/** Saving asks the app for the challenge first, as Slack does; from then on Socket Mode is off. */
function RequestUrlForm({ line, perform }: { line: Line; perform: Perform }) {
  const [url, setUrl] = useState(line.kind === 'http' ? line.url : '');
  const [saving, setSaving] = useState(false);
  const [complaint, setComplaint] = useState<string>();
  const id = useId();
  const save = async () => {
    setSaving(true);
    setComplaint(await perform({ do: 'save-request-url', url }));
    setSaving(false);
  };
  return (
    <form
      className="request-url"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label htmlFor={id}>
        Request URL <span className="quiet">instead of Socket Mode</span>
      </label>
      <div className="row">
        <input
          id={id}
          type="url"
          required
          placeholder="http://127.0.0.1:3001/slack/events"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <button type="submit" className="slack-button" aria-busy={saving}>
          Save
        </button>
      </div>
      {complaint && (
        <p className="click-failed" role="alert">
          ⚠ {complaint}
        </p>
      )}
    </form>
  );
}

import type { Snapshot } from '../page-contract.ts';
import type { Faults } from '../vocabulary.ts';
import { LineSettings } from './line-settings.tsx';
import type { Perform } from './live-workspace.ts';

const weathers: [Faults['api'], string][] = [
  ['well', 'Slack is well'],
  ['limiting', '429 to every call'],
  ['hanging', 'Nothing is answered'],
  ['refusing', 'Slack is gone'],
];

/** What a bot's developer wants to know and do: what the bot asked wrongly, and trouble to put it through. */
export function DeveloperDrawer(props: { view: Snapshot; perform: Perform; close(): void }) {
  const { view, perform, close } = props;
  const { api, delay } = view.faults;
  return (
    <aside className="panel drawer" aria-label="For bot developers">
      <header className="panel-head">
        <h2>For bot developers</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          ✕
        </button>
      </header>
      <div className="panel-scroll">
        <section>
          <h3>Connection</h3>
          <LineSettings line={view.line} perform={perform} />
        </section>
        <section>
          <h3>Weather</h3>
          <fieldset>
            <legend className="quiet">What API calls meet</legend>
            {weathers.map(([how, label]) => (
              <label key={how}>
                <input type="radio" name="api" checked={api === how} onChange={() => perform({ do: 'api', how })} />{' '}
                {label}
              </label>
            ))}
          </fieldset>
          <label>
            <input
              type="checkbox"
              checked={delay > 0}
              onChange={(event) => perform({ do: 'delay', ms: event.target.checked ? 2_500 : 0 })}
            />{' '}
            Every answer takes 2.5 s
          </label>
        </section>
        <section>
          <h3>What the bot asked wrongly</h3>
          {view.notices.length === 0 && (
            <p className="quiet">
              Nothing so far. Refused API calls, late acknowledgements and dead response URLs appear here.
            </p>
          )}
          <ol className="notices">
            {view.notices.toReversed().map((notice) => (
              <li key={notice.number}>
                <p>
                  <code>{notice.where}</code> <b>{notice.error}</b>
                  <time className="quiet">{new Date(notice.at).toLocaleTimeString([], { hourCycle: 'h23' })}</time>
                </p>
                {notice.detail && <p className="quiet">{notice.detail}</p>}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </aside>
  );
}

import { useCallback, useEffect, useReducer } from 'react';
import type { Deed, Snapshot } from '../page-contract.ts';
import type { Change } from '../vocabulary.ts';

export type Perform = (deed: Deed) => Promise<string | undefined>;

export interface LiveWorkspace {
  /** Undefined until the first word from the playground. */
  view: Snapshot | undefined;
  /** Whether the playground is there at all. */
  connected: boolean;
  /** Resolves with what Slack says against it, where it does. */
  perform: Perform;
}

type Step =
  | { kind: 'snapshot'; snapshot: Snapshot }
  | { kind: 'change'; change: Change }
  | { kind: 'connected'; connected: boolean };

/** The workspace as one person sees it, followed live. */
export function useLiveWorkspace(as: string): LiveWorkspace {
  const [state, step] = useReducer(advance, { view: undefined, connected: true });
  useEffect(() => {
    const source = new EventSource(`/_page/live?as=${encodeURIComponent(as)}`);
    source.addEventListener('snapshot', (event) => step({ kind: 'snapshot', snapshot: JSON.parse(event.data) }));
    source.addEventListener('change', (event) => step({ kind: 'change', change: JSON.parse(event.data) }));
    source.addEventListener('open', () => step({ kind: 'connected', connected: true }));
    source.addEventListener('error', () => step({ kind: 'connected', connected: false }));
    return () => source.close();
  }, [as]);
  const perform = useCallback(
    async (deed: Deed) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(deed);
      const answer = await fetch(`/_page/do?as=${encodeURIComponent(as)}`, { method: 'POST', headers, body });
      return answer.ok ? undefined : answer.text();
    },
    [as],
  );
  return { ...state, perform };
}

interface State {
  view: Snapshot | undefined;
  connected: boolean;
}

function advance(state: State, step: Step): State {
  if (step.kind === 'snapshot') return { view: step.snapshot, connected: true };
  if (step.kind === 'connected') return { ...state, connected: step.connected };
  return state.view ? { ...state, view: withChange(state.view, step.change) } : state;
}

/** Only what changed is new, so that only that is drawn again. */
function withChange(view: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case 'message': {
      const { message } = change;
      const at = view.messages.findIndex((it) => it.ts === message.ts && it.channel === message.channel);
      return { ...view, messages: at < 0 ? [...view.messages, message] : view.messages.with(at, message) };
    }
    case 'gone':
      return { ...view, messages: view.messages.filter((it) => it.ts !== change.ts || it.channel !== change.channel) };
    case 'channel':
      return { ...view, channels: view.channels.map((it) => (it.id === change.channel.id ? change.channel : it)) };
    case 'click': {
      const { click } = change;
      const others = view.clicks.filter((it) => it.ts !== click.ts || it.actionId !== click.actionId);
      return { ...view, clicks: [...others, click] };
    }
    case 'view': {
      const { open } = change;
      return { ...view, views: [...view.views.filter(({ id }) => id !== open.id), open] };
    }
    case 'view-gone':
      return { ...view, views: view.views.filter(({ id }) => id !== change.id) };
    case 'notice':
      return { ...view, notices: [...view.notices, change.notice] };
    case 'line':
      return { ...view, line: change.line };
    case 'faults':
      return { ...view, faults: change.faults };
    default:
      return change satisfies never;
  }
}

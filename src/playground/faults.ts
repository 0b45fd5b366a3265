import type { Clock } from './clock.ts';
import type { Faults } from './vocabulary.ts';
import type { Workspace } from './workspace.ts';

/** What an API call meets before Slack even looks at it. */
export type Fate =
  | { kind: 'answer' }
  | { kind: 'refuse'; error: string }
  | { kind: 'limit'; seconds: number }
  | { kind: 'drop' }
  | { kind: 'hang' };

/**
 * What happens to a request to the app over HTTP on its way: it was signed with another secret, it is six minutes old, somebody
 * caught it and sends it again, its answer gets lost.
 */
export type Tampering = 'wrong-secret' | 'stale' | 'replayed' | 'answer-lost';

/** Troubles made on purpose: Slack slow, gone, or refusing. */
export function createFaults(clock: Clock, workspace: Workspace) {
  const state: Faults = { api: 'well', delay: 0 };
  const ordered: { method: string; fate: Fate; times: number }[] = [];
  const tampered: Tampering[] = [];
  const stopped = new Set<() => void>();
  const change = (to: Partial<Faults>) => {
    Object.assign(state, to);
    workspace.tell({ kind: 'faults', faults: { ...state } });
  };
  return {
    state,
    /** The next `times` calls of `method` (`*`: any) get this Slack error. */
    refuse(method: string, error: string, times = 1): void {
      ordered.push({ method, fate: { kind: 'refuse', error }, times });
    },
    /** The next `times` calls of `method` (`*`: any) get 429 with this Retry-After. */
    limit(method: string, seconds = 1, times = 1): void {
      ordered.push({ method, fate: { kind: 'limit', seconds }, times });
    },
    /** This happens to the next request to the app over HTTP. */
    tamper(how: Tampering): void {
      tampered.push(how);
    },
    /** Every answer comes `ms` late, until set to 0. */
    delay: (ms: number): void => change({ delay: ms }),
    /** All API calls are dropped, never answered, or limited; `well` ends it and drops what hung. */
    api(how: Faults['api']): void {
      change({ api: how });
      if (how !== 'well') return;
      for (const drop of stopped) drop();
      stopped.clear();
    },

    fateOf(method: string): Fate {
      if (state.api === 'refusing') return { kind: 'drop' };
      if (state.api === 'hanging') return { kind: 'hang' };
      if (state.api === 'limiting') return { kind: 'limit', seconds: 5 };
      const order = ordered.find((it) => it.times > 0 && (it.method === '*' || it.method === method));
      if (!order) return { kind: 'answer' };
      order.times -= 1;
      return order.fate;
    },
    tampering: (): Tampering | undefined => tampered.shift(),
    /** Lets a call hang until Slack is well again. */
    hangUntilWell(drop: () => void): void {
      stopped.add(drop);
    },
    pause: (): Promise<void> =>
      state.delay === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(state.delay, resolve)),
  };
}

export type FaultControls = ReturnType<typeof createFaults>;

import { onTestFinished } from 'vitest';
import type { ProcessIdentity, ProcessTable } from '../../src/adapters/process/process-identity.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { State } from '../../src/ports/state.ts';

export interface PlayedProcesses {
  readonly bot: State;
  readonly cli: State;
  kill(who: 'bot' | 'cli'): void;
}

/** Two processes of one machine that share a state database, and a way to end one of them. */
export function twoProcesses(path: string, clock?: Pick<Clock, 'now'>): PlayedProcesses {
  const dead = new Set<number>();
  const open = (pid: number) => {
    const state = openState({ path, ...(clock && { clock }), processes: playedProcess({ pid }, dead) });
    onTestFinished(() => state.close());
    return state;
  };
  const pids = { bot: 101, cli: 202 };
  return { bot: open(pids.bot), cli: open(pids.cli), kill: (who) => dead.add(pids[who]) };
}

/** A process that sees every other of its host, except those in `dead`. */
export function playedProcess(self: Partial<ProcessIdentity>, dead = new Set<number>()): ProcessTable {
  const identity = { pid: 1, host: 'machine/1', startMark: '77', ...self };
  return {
    self: identity,
    lives: (other) => (other.host === identity.host ? !dead.has(other.pid) : undefined),
  };
}

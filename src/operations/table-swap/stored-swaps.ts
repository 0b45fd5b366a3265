import { type TableSwap, tableSwapSchema } from '../../domain/table-swap/table-swap.ts';
import type { World } from '../world.ts';

/** Written down as it stands. Its due row says when the table that does not serve may go, and keeps it on the list. */
export function keepSwap({ state, clock }: Pick<World, 'state' | 'clock'>, swap: TableSwap): void {
  state.notes.set(`${prefix}${swap.id}`, JSON.stringify(swap));
  const key = `${prefix}${swap.id}`;
  if (swap.phase === 'over') state.due.remove(key);
  else state.due.put({ key, dueAt: new Date(swap.keepUntil), handledUntil: clock.now() });
}

export function findSwap({ state }: Pick<World, 'state'>, id: string): TableSwap | undefined {
  const noted = state.notes.get(`${prefix}${id}`);
  return noted === undefined ? undefined : tableSwapSchema.parse(JSON.parse(noted));
}

/** Those that have two tables still. */
export function listSwaps(world: Pick<World, 'state'>): TableSwap[] {
  return world.state.due.list().flatMap(({ key }) => {
    return key.startsWith(prefix) ? (findSwap(world, key.slice(prefix.length)) ?? []) : [];
  });
}

const prefix = 'table-swap:';

import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { TableSwap } from '../../domain/table-swap/table-swap.ts';
import type { Target } from '../../ports/target.ts';
import { authorize } from '../authorize.ts';
import { record } from '../record.ts';
import { keepDays } from '../recovery/plan-table.ts';
import { sourcesToLookAt } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { type Exchange, exchangeTables, turnBack } from './exchange-tables.ts';
import { listSwaps } from './stored-swaps.ts';
import { writesLost, writesLostWords } from './writes-lost.ts';

export interface SwapDecided {
  readonly principal: Principal;
  /** The recovery's id, or how it ends. */
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onStep?: (title: string) => void;
}

export interface SwapDone {
  readonly kind: 'done';
  readonly swap: TableSwap;
}

/** Recovered tables beside live ones, and old ones that are kept, of the sources that this person may look at. */
export function listTables(world: World, principal: Principal): { kind: 'tables'; swaps: TableSwap[] } | Refusal {
  const sources = sourcesToLookAt(world, { principal });
  if ('kind' in sources) return sources;
  return { kind: 'tables', swaps: listSwaps(world).filter(({ source }) => sources.includes(source)) };
}

/** The second click: lets a recovered table serve. By somebody else than who asked for the recovery. */
export async function exchangeBeside(
  world: World,
  request: SwapDecided & { readonly despiteStranded?: boolean },
): Promise<SwapDone | Refusal> {
  const { principal, signal, onStep, despiteStranded = false } = request;
  return decided(world, request, 'table.exchanged', (swap, target) =>
    swap.requestedBy === principal.name
      ? Promise.resolve({ kind: 'refused', reason: 'recovery', refusal: { why: 'self-approval' } } as const)
      : exchangeTables(world, swap, {
          target,
          signal,
          despiteStranded,
          ...keeping(world, swap),
          ...(onStep && { onStep }),
        }),
  );
}

/** Turns an exchange back. What was written since is told first, and lost only when that is said. */
export async function undoExchange(
  world: World,
  request: SwapDecided & { readonly loseWrites?: boolean },
): Promise<SwapDone | Refusal> {
  const { signal, onStep, loseWrites = false } = request;
  return decided(world, request, 'table.turned-back', async (swap, target) => {
    if (swap.phase === 'exchanged' && !loseWrites) {
      const writes = await writesLost(swap, { target, owner: `table-${swap.id}`, signal });
      const none =
        writes.kind === 'unchanged' ||
        (writes.kind === 'counted' && writes.inserted + writes.updated + writes.deleted === 0);
      if (!none)
        return {
          kind: 'refused',
          why: writesLostWords(writes),
          mend: `To turn it back all the same: tables undo ${swap.id} --lose-writes`,
        };
    }
    return turnBack(world, swap, { target, signal, ...keeping(world, swap), ...(onStep && { onStep }) });
  });
}

async function decided(
  world: World,
  { principal, id }: SwapDecided,
  action: string,
  act: (swap: TableSwap, target: Target) => Promise<Exchange | Refusal>,
): Promise<SwapDone | Refusal> {
  const found = listSwaps(world).filter((swap) => swap.id.endsWith(id));
  const [swap] = found;
  if (!swap || found.length > 1) return no(`There is no recovered table ${id}.`, 'tables lists those there are.');
  const refused = authorize(world, principal, 'approve-recovery', swap.source);
  if (refused) return refused;
  const target = world.restorers?.get(swap.source);
  if (!target)
    return no(
      `Nobody is configured who may change ${swap.source}.`,
      `Set sources.${swap.source}.restore: { user, password }.`,
    );
  // Who carries out a recovery has this lease, too.
  const lease = world.state.leases.take(`recovery:${swap.id}`);
  if (lease.kind === 'held')
    return { kind: 'refused', reason: 'recovery', refusal: { why: 'runs-elsewhere', pid: lease.pid } };
  try {
    const answer = await act(swap, target);
    if (answer.kind === 'refused') return 'reason' in answer ? answer : no(answer.why, answer.mend);
    record(world, principal, {
      action,
      source: swap.source,
      subject: swap.id,
      detail: { table: `${swap.table.schema}.${swap.table.name}` },
    });
    return { kind: 'done', swap: answer.swap };
  } finally {
    world.state.leases.release(`recovery:${swap.id}`);
  }
}

function keeping(world: World, { source }: TableSwap): { keepMilliseconds: number } {
  return { keepMilliseconds: keepDays(world, source) * 24 * 3_600_000 };
}

function no(problem: string, mend: string): Refusal {
  return { kind: 'refused', reason: 'recovery', refusal: { why: 'no-plan', problem, mend } };
}

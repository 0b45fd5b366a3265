import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { TableName } from '../../domain/manifest.ts';
import { nextMove, turned } from '../../domain/table-swap/swap-progress.ts';
import { shapeOf, strandedWords, type TableSwap } from '../../domain/table-swap/table-swap.ts';
import { formatList } from '../../domain/wording.ts';
import type { ExchangeSession } from '../../ports/tables.ts';
import type { Target } from '../../ports/target.ts';
import type { World } from '../world.ts';
import { keepSwap } from './stored-swaps.ts';

export interface ExchangeRequest {
  readonly target: Target;
  readonly keepMilliseconds: number;
  /** Exchanges them although rows will refer to nothing. */
  readonly despiteStranded?: boolean;
  /** Stops between two steps. */
  readonly signal: AbortSignal;
  /** Called before each step. */
  readonly onStep?: (title: string) => void;
}

export type Exchange =
  | { readonly kind: 'exchanged' | 'turned-back'; readonly swap: TableSwap }
  | { readonly kind: 'refused'; readonly why: string; readonly mend: string };

/** Lets the recovered table serve. One that was killed, or that failed, goes on where it was. */
export async function exchangeTables(world: World, swap: TableSwap, request: ExchangeRequest): Promise<Exchange> {
  if (swap.phase !== 'beside' && swap.phase !== 'exchanging') return notNow(swap);
  if (swap.phase === 'beside') {
    if (swap.stranded.length > 0 && !request.despiteStranded) return stranding(swap);
    const live = await request.target.tables.describe(swap.table);
    if (shapeOf(live) !== swap.shape) return changed(swap);
  }
  const begun: TableSwap = { ...swap, phase: 'exchanging' };
  const done = await runSteps(world, begun, request);
  const now = world.clock.now();
  const exchanged: TableSwap = {
    ...done,
    phase: 'exchanged',
    shape: shapeOf(await request.target.tables.describe(swap.table)),
    exchangedAt: now.toISOString(),
    keepUntil: new Date(now.getTime() + request.keepMilliseconds).toISOString(),
  };
  keepSwap(world, exchanged);
  return { kind: 'exchanged', swap: exchanged };
}

/** Lets the table serve again that served before, by the same steps backwards: after an exchange, or in the midst of one. */
export async function turnBack(world: World, swap: TableSwap, request: ExchangeRequest): Promise<Exchange> {
  if (!['exchanging', 'exchanged', 'turning-back'].includes(swap.phase)) return notNow(swap);
  if (swap.phase === 'exchanged') {
    const serving = await request.target.tables.describe(swap.table);
    if (shapeOf(serving) !== swap.shape) return changed(swap);
  }
  const progress = swap.progress.direction === 'forth' ? turned(swap.steps, swap.progress) : swap.progress;
  const done = await runSteps(world, { ...swap, phase: 'turning-back', progress }, request);
  const keepUntil = new Date(world.clock.now().getTime() + request.keepMilliseconds).toISOString();
  const turnedBack: TableSwap = { ...done, phase: 'turned-back', keepUntil };
  keepSwap(world, turnedBack);
  return { kind: 'turned-back', swap: turnedBack };
}

/** Noted after each step: what a crash leaves between a step and its note is found by looking at the server. */
async function runSteps(
  world: World,
  begun: TableSwap,
  { target, signal, onStep }: ExchangeRequest,
): Promise<TableSwap> {
  let swap = begun;
  keepSwap(world, swap);
  const session = await target.tables.openExchange();
  const locks = lockKeeper(session);
  try {
    for (let move = nextMove(swap.steps, swap.progress); move; move = nextMove(swap.steps, swap.progress)) {
      const { step, statement, wanted, progress } = move;
      signal.throwIfAborted();
      onStep?.(step.title);
      await locks.hold(step.locked, signal);
      if ((await session.isPresent(step.mark)) !== wanted) {
        if (step.exchanges && progress.direction === 'forth') {
          swap = { ...swap, place: (await session.position()) ?? null };
          keepSwap(world, swap);
        }
        await patiently(() => session.run(statement), signal);
        world.crashPoint('exchange-step-run');
      }
      swap = { ...swap, progress };
      keepSwap(world, swap);
      world.crashPoint('exchange-step-noted');
    }
    return swap;
  } finally {
    await session.end();
  }
}

function lockKeeper(session: ExchangeSession) {
  let held: TableName | undefined;
  return {
    async hold(wanted: TableName | undefined, signal: AbortSignal) {
      if (JSON.stringify(held) === JSON.stringify(wanted)) return;
      if (held) await session.unlock();
      held = undefined;
      if (wanted) await patiently(() => session.lock(wanted), signal);
      held = wanted;
    },
  };
}

const attempts = 6;

/** A statement that waits for long lets nobody else at the table: so it gives up soon, and is tried again when others have had their turn. */
async function patiently(run: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'lock-timeout' || attempt === attempts) throw error;
      await pause(1000 * attempt, undefined, { signal });
    }
  }
}

function notNow({ phase }: TableSwap): Exchange {
  const words: Record<TableSwap['phase'], string> = {
    copying: 'The recovered table is not whole yet.',
    beside: 'The recovered table stands beside and does not serve yet.',
    exchanging: 'The exchange is under way.',
    exchanged: 'The recovered table serves already.',
    'turning-back': 'The exchange is being turned back.',
    'turned-back': 'The exchange has been turned back.',
    over: 'The table that does not serve has been dropped.',
  };
  return { kind: 'refused', why: words[phase], mend: 'Recover the table again where another one is wanted.' };
}

function stranding({ stranded }: TableSwap): Exchange {
  return {
    kind: 'refused',
    why: `Rows would refer to nothing: ${formatList(stranded.map(strandedWords))}.`,
    mend: 'Recover the table as of a later moment, mend those rows first, or exchange it despite that: --despite-stranded',
  };
}

function changed({ table, phase }: TableSwap): Exchange {
  const name = `${table.schema}.${table.name}`;
  return phase === 'beside'
    ? {
        kind: 'refused',
        why: `${name}, or what hangs on it, is not what it was when the recovered table was put beside it.`,
        mend: 'Nothing was touched. Recover the table again: the steps will be of now.',
      }
    : {
        kind: 'refused',
        why: `The structure of ${name}, or what hangs on it, was changed since the exchange.`,
        mend: 'Nothing was touched. Undo that change first, or bring rows back from the old table by hand.',
      };
}

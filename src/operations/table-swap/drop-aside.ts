import { toFailure } from '../../domain/failure.ts';
import { quoteTable } from '../../domain/manifest.ts';
import { scheduler } from '../../domain/principal.ts';
import { type TableSwap, tableAside } from '../../domain/table-swap/table-swap.ts';
import { record } from '../record.ts';
import type { World } from '../world.ts';
import { keepSwap, listSwaps } from './stored-swaps.ts';

const again = 60 * 60_000;

/** Drops tables whose time is over: the old one of an exchange, or a recovered one that never came to serve. What is half-way stays. */
export async function dropAside(world: World, now: Date): Promise<TableSwap[]> {
  const dropped: TableSwap[] = [];
  for (const swap of listSwaps(world)) {
    if (new Date(swap.keepUntil) > now) continue;
    try {
      if (await dropOne(world, swap)) dropped.push(swap);
    } catch (error) {
      const { message } = toFailure(error);
      world.log.error(
        { swap: swap.id, error: message },
        'A table that was kept could not be dropped; trying again in an hour.',
      );
      keepSwap(world, { ...swap, keepUntil: new Date(now.getTime() + again).toISOString() });
    }
  }
  return dropped;
}

async function dropOne(world: World, swap: TableSwap): Promise<boolean> {
  const target = world.restorers?.get(swap.source);
  const halfWay = swap.phase === 'exchanging' || swap.phase === 'turning-back';
  if (!target || halfWay) {
    const why = halfWay ? 'its exchange is half-way' : `sources.${swap.source}.restore is not configured`;
    throw new Error(`${quoteTable(swap.table)}: ${why}`);
  }
  const table = tableAside(swap);
  // Foreign keys are looked at: one that somebody has pointed here since keeps the table.
  if (table) await target.tables.dropUnused(table);
  keepSwap(world, { ...swap, phase: 'over' });
  if (!table) return false;
  record(world, scheduler, {
    action: 'table.dropped',
    source: swap.source,
    subject: swap.id,
    detail: { table: `${table.schema}.${table.name}` },
  });
  return true;
}

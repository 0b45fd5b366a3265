import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { longRunning, type RunningTransaction } from '../domain/running-transaction.ts';
import { resolveSource } from './resolve-source.ts';
import type { World } from './world.ts';

/** Unless somebody asks for younger ones. */
export const usualAgeSeconds = 10;

export interface ListedTransactions {
  readonly kind: 'transactions';
  readonly source: string;
  readonly at: Date;
  /** Those that are at least so old. */
  readonly leastSeconds: number;
  /** The oldest first. */
  readonly transactions: readonly RunningTransaction[];
  /** How many younger ones there are. */
  readonly younger: number;
  /** False where those that have only read may be missing. */
  readonly complete: boolean;
}

/** The long-running transactions of a source. Failures: a source's. */
export async function listTransactions(
  world: World,
  {
    principal,
    source: wanted,
    leastSeconds = usualAgeSeconds,
  }: { principal: Principal; source?: string; leastSeconds?: number },
): Promise<ListedTransactions | Refusal> {
  const asked = { principal, action: 'see-transactions', ...(wanted !== undefined && { source: wanted }) } as const;
  const resolved = resolveSource(world, asked);
  if (resolved.kind === 'refused') return resolved;
  const { name: source } = resolved.source;
  const { transactions: all, complete } = await resolved.source.transactions.list();
  const transactions = longRunning(all, leastSeconds);
  const younger = all.length - transactions.length;
  return { kind: 'transactions', source, at: world.clock.now(), leastSeconds, transactions, younger, complete };
}

/**
 * Does the work for each item, at most `parallel` at a time, in order. The first that fails, or calls `stop`, aborts the others;
 * resolves or rejects only when all of them have ended.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  { parallel, signal: outer }: { parallel: number; signal: AbortSignal },
  work: (item: Item, signal: AbortSignal, stop: () => void) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([outer, stopping.signal]);
  const waiting = [...items];
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
      try {
        await work(item, signal, () => stopping.abort());
      } catch (error) {
        failure ??= { error };
        stopping.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(parallel, items.length)) }, worker));
  outer.throwIfAborted();
  if (failure) throw failure.error;
}

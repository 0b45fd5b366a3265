import { addedPlaces, lostWords, removedWords } from '../../../domain/rollback/lost-by-leading-back.ts';
import type { SchemaChange } from '../../../domain/schema-diff/schema-change.ts';
import type { Target } from '../../../ports/target.ts';

/** What of the data goes when these changes are led back, counted on the server itself; then what leading back does not bring back. */
export async function countLost(
  restorer: Target,
  changes: readonly SchemaChange[],
  signal: AbortSignal,
): Promise<string[]> {
  const words: string[] = [];
  for (const place of addedPlaces(changes)) {
    signal.throwIfAborted();
    words.push(...lostWords(place, await restorer.countValues(place, place.columns)));
  }
  return [...words, ...removedWords(changes).map((each) => `not brought back: ${each}`)];
}

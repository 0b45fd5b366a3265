/** The candidate that somebody who typed `wanted` most likely meant, if any is near enough. */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  const typed = wanted.toLowerCase();
  const scored = candidates
    .map((candidate) => ({ candidate, distance: distance(typed, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.max(typed.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  return scored[0]?.candidate;
}

/** `` Did you mean `port`? `` with a space before it, or nothing: to stand behind a sentence. */
export function didYouMean(wanted: string, candidates: readonly string[]): string {
  const meant = nearest(wanted, candidates);
  return meant === undefined ? '' : ` Did you mean \`${meant}\`?`;
}

/** Edits between two words, a swap of neighbours counting as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let j = 0; j <= b.length; j += 1) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      (rows[i] as number[])[j] = swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best;
    }
  }
  return at(a.length, b.length);
}

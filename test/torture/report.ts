import type { CaseResult } from './run-cases.ts';

const endings = ['killed', 'failed', 'stopped', 'succeeded', 'found bad', 'not reached'] as const;

/** A table of classes and how their runs ended, then whatever did not hold with how to do it again, then the seed. */
export function report(results: readonly CaseResult[], { seed, seconds }: { seed: number; seconds: number }): string {
  const names = [...new Set(results.map(({ className }) => className))];
  const rows = names.map((name) =>
    row(
      name,
      results.filter(({ className }) => className === name),
    ),
  );
  const head = ['class', 'cases', 'held', 'BROKE', ...endings, 'seconds'];
  const broken = results.filter(({ wrong }) => wrong.length > 0);
  return [
    table([head, ...rows, row('all', results)]),
    '',
    ...broken.flatMap((result) => [describe(result, seed), '']),
    `${results.length} cases in ${minutes(seconds)}, ${broken.length === 0 ? 'all held' : `${broken.length} broke`}. Seed ${seed}.`,
  ].join('\n');
}

/** How to see one case again, and what did not hold in it. */
export function describe({ id, wrong }: CaseResult, seed: number): string {
  return [`✗ ${id}`, `  npm run torture -- --seed ${seed} --case ${id}`, ...wrong.map((each) => `  - ${each}`)].join(
    '\n',
  );
}

function row(name: string, results: readonly CaseResult[]): string[] {
  const broke = results.filter(({ wrong }) => wrong.length > 0).length;
  const counts = endings.map((ending) => results.filter(({ ended }) => ended === ending).length);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return [name, results.length, results.length - broke, broke, ...counts, Math.round(seconds)].map(String);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** One line of the table that the bench ends with. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: '' | 's' | 'ms' | 'MB';
  /** What it may be at most; without one it only informs. */
  readonly toReach?: number;
}

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, unit, toReach }) => [
    what,
    written(value, unit),
    toReach === undefined ? '' : `${toReach}${unit && ` ${unit}`}`,
    toReach === undefined ? '' : value <= toReach ? 'reached' : 'NOT reached',
  ]);
  const all = [['', 'measured', 'at most', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => align(cell, column, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function written(value: number, unit: Figure['unit']): string {
  if (unit === '') return value.toFixed(2);
  return `${value.toFixed(unit === 's' ? 1 : 0)} ${unit}`;
}

function align(cell: string, column: number, width: number): string {
  return column === 0 || column === 3 ? cell.padEnd(width) : cell.padStart(width);
}

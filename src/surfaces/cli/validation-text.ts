import type { ValidationReport } from '../../domain/checklist/checklist.ts';
import { checklistSummary, itemLines, queriesSummary } from '../../domain/checklist/checklist-words.ts';
import type { QueryVerdict } from '../../domain/validation/judge-query.ts';
import { renderTable } from './table.ts';

/** The checklist, what is not ticked first; then what was asked of the data, and the answers as far as they may be shown. */
export function validationText({ checklist, queries }: ValidationReport): string {
  const summary = queriesSummary(queries);
  const asked = renderTable(
    [{ title: 'QUERY' }, { title: 'VERDICT' }, { title: 'FOUND' }],
    inOrder(queries).map(({ name, verdict, finding }) => [name, verdictWords[verdict], finding]),
  );
  return [
    [`Checklist: ${checklistSummary(checklist)}`, ...checklist.flatMap(itemLines).map((line) => `  ${line}`)].join(
      '\n',
    ),
    ...(summary === '' ? [] : [`${summary}\n${asked}`]),
    ...inOrder(queries).flatMap(answerText),
  ].join('\n\n');
}

const verdictWords: Record<QueryVerdict['verdict'], string> = {
  missed: '✗ missed',
  unknown: '? unknown',
  met: '✓ met',
};

function inOrder(queries: readonly QueryVerdict[]): QueryVerdict[] {
  const order = Object.keys(verdictWords);
  return [...queries].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function answerText({ name, columns, rows, unlisted }: QueryVerdict): string[] {
  if (rows.length === 0) return [];
  const table = renderTable(
    columns.map((title) => ({ title })),
    rows,
  );
  const rest = unlisted === 0 ? '' : `\n… and ${unlisted ?? 'many'} more rows`;
  return [`${name}\n${table}${rest}`];
}

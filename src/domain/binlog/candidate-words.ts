import { countOf } from '../measures.ts';
import type { FoundStatement } from './statement-search.ts';

/** What a found statement is: itself, or the rows that it left in the binlog. */
export function candidateTitle({ statement, changed }: FoundStatement): string {
  return statement === '' ? changed.map(({ verb, table }) => `${verb} on ${table}`).join(', ') : statement;
}

/** `DELETE on shop.users: 12 rows` for each table. */
export function changedWords({ changed }: FoundStatement): string {
  return changed
    .map(
      ({ verb, table, rows }) =>
        `${verb} on ${table}: ${rows === undefined ? 'rows not counted' : countOf(rows, 'row')}`,
    )
    .join(', ');
}

/** The command that brings everything before a statement back. By place, which always tells one transaction; a GTID only where it is there. */
export function recoverCommand(source: string, { file, position }: Pick<FoundStatement, 'file' | 'position'>): string {
  return `tidemark restore pitr --source ${source} --before ${file}:${position}`;
}

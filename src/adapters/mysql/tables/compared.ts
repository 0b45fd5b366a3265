import type { ColumnFacts, TableFacts } from '../../../domain/table-swap/table-facts.ts';

/** The two tables, in the columns that both have and that hold what was written. */
export interface Compared {
  readonly recovered: TableFacts;
  readonly live: TableFacts;
  readonly columns: readonly ColumnFacts[];
}

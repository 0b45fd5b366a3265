import type { TableName } from '../manifest.ts';
import type { ForeignKey } from './constraints.ts';

/** What a table is, as far as exchanging it depends on that. */
export interface TableFacts extends TableName {
  /** As SHOW CREATE TABLE prints it. */
  readonly createTable: string;
  readonly engine: string;
  /** Whether the server keeps the history of its rows (MariaDB). */
  readonly versioned: boolean;
  /** Estimates. */
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly ColumnFacts[];
  /** The columns of the primary key, or of a unique key without NULLs, that tell rows apart; undefined when nothing does, or nothing that can be compared. */
  readonly key: readonly string[] | undefined;
  /** In the order in which they run. */
  readonly triggers: readonly Trigger[];
  /** Of other tables, in whatever schema. */
  readonly foreignKeysIn: readonly ForeignKey[];
}

export interface ColumnFacts {
  readonly name: string;
  /** `DATA_TYPE`, in lower case. */
  readonly type: string;
  /** `COLUMN_TYPE`: `varchar(20)`. */
  readonly fullType: string;
  /** Characters or bytes at most; 0 where that means nothing. */
  readonly length: number;
  readonly generated: boolean;
}

export interface Trigger {
  readonly name: string;
  /** `BEFORE INSERT` */
  readonly moment: string;
  readonly body: string;
  /** `` `who`@`host` `` */
  readonly definer: string;
  readonly sqlMode: string;
  readonly characterSet: string;
  readonly collation: string;
}

/** Names in a schema that something else has already. */
export interface TakenNames {
  readonly foreignKeys: readonly string[];
  readonly checks: readonly string[];
  readonly triggers: readonly string[];
}

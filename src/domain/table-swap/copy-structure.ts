import { joinCreateTable, splitCreateTable } from '../create-table.ts';
import { quoteTable } from '../manifest.ts';
import type { Flavour } from '../server.ts';
import {
  type CheckConstraint,
  checkDefinition,
  type ForeignKey,
  foreignKeyDefinition,
  nameAfterRename,
  readCheck,
  readForeignKey,
} from './constraints.ts';
import type { SwapNames } from './swap-names.ts';
import type { TableFacts } from './table-facts.ts';

/** A constraint of the recovered table: what it is called while the table stands beside, and what when it serves. */
export interface Renamed<Constraint> {
  readonly beside: Constraint;
  readonly serving: Constraint;
}

export interface CopyStructure {
  /** Makes the table beside the live one. */
  readonly sql: string;
  readonly foreignKeys: readonly Renamed<ForeignKey>[];
  readonly checks: readonly Renamed<CheckConstraint>[];
}

/**
 * The recovered table under its name beside. Names of foreign keys, and on MySQL of checks, are unique in a schema: as long as a live table
 * has them (`isThere`) they wait. What refers to the table itself refers to the copy.
 */
export function copyStructure(
  recovered: Pick<TableFacts, 'createTable'>,
  names: SwapNames,
  { flavour, isThere }: { flavour: Flavour; isThere: boolean },
): CopyStructure {
  const foreignKeys: Renamed<ForeignKey>[] = [];
  const checks: Renamed<CheckConstraint>[] = [];
  const { definitions, tail } = splitCreateTable(recovered.createTable);
  const renamed = definitions.map((definition) => {
    const key = readForeignKey(definition, names.table);
    if (key) {
      const own = sameTable(key.parent, names.table);
      const name = isThere ? `${names.mark}_fk${foreignKeys.length + 1}` : key.name;
      const beside = { ...key, name, child: names.copy, parent: own ? names.copy : key.parent };
      foreignKeys.push({ beside, serving: key });
      return foreignKeyDefinition(beside);
    }
    const check = flavour === 'mysql' ? readCheck(definition) : undefined;
    if (!check) return definition;
    const beside = isThere ? { ...check, name: waitingCheckName(check.name, checks.length + 1, names) } : check;
    checks.push({ beside, serving: check });
    return checkDefinition(beside);
  });
  return {
    sql: joinCreateTable({ head: `CREATE TABLE ${quoteTable(names.copy)} (`, definitions: renamed, tail }),
    foreignKeys,
    checks,
  };
}

/** A name that the server itself has made follows the table when that is renamed: it needs no rebuilding of the table. */
function waitingCheckName(name: string, number: number, { table, copy, mark }: SwapNames): string {
  const following = nameAfterRename(name, 'chk', table.name, copy.name);
  return following === name ? `${mark}_chk${number}` : following;
}

export function sameTable(a: { schema: string; name: string }, b: { schema: string; name: string }): boolean {
  return a.schema === b.schema && a.name === b.name;
}

import { type ReadStatement, readStatement } from './read-statement.ts';
import { splitScript } from './split-script.ts';

/** What happens whole or not at all, and is gone on behind: a statement, or a transaction from its START to its COMMIT. */
export interface ScriptUnit {
  readonly statements: readonly ReadStatement[];
}

export type ReadScript =
  | { readonly kind: 'script'; readonly statements: readonly ReadStatement[]; readonly units: readonly ScriptUnit[] }
  /** It is not run. `problem` is a sentence that says where. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Longer ones are migrations of data: nobody reads them before approving. */
export const longestScript = 256 * 1024;
const mostStatements = 500;

/** Reads a whole script before any of it runs. */
export function readScript(bytes: Uint8Array): ReadScript {
  const text = decode(bytes);
  if (text === undefined) return unreadable('It is not text in UTF-8.');
  const split = splitScript(text);
  if (split.kind === 'unreadable') return unreadable(`Line ${split.line}: ${split.problem}`);
  if (split.statements.length === 0) return unreadable('It holds no statement.');
  if (split.statements.length > mostStatements) return unreadable(`It holds more than ${mostStatements} statements.`);
  const statements: ReadStatement[] = [];
  for (const each of split.statements) {
    const read = readStatement(each);
    if (read.kind === 'refused') {
      const head = each.sql.replace(/\s+/g, ' ').slice(0, 60);
      return unreadable(`Line ${each.line}, ${head}: ${read.why}.`);
    }
    statements.push(read.statement);
  }
  return inUnits(statements);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function inUnits(statements: readonly ReadStatement[]): ReadScript {
  const units: ScriptUnit[] = [];
  let open: ReadStatement[] | undefined;
  for (const statement of statements) {
    const { kind, line } = statement;
    if (open === undefined) {
      if (kind === 'commit') return unreadable(`Line ${line}: no transaction is open.`);
      if (kind === 'begin') open = [statement];
      else units.push({ statements: [statement] });
      continue;
    }
    if (kind !== 'data' && kind !== 'commit') {
      const why = kind === 'begin' ? 'another transaction is open.' : 'it would commit the transaction that is open.';
      return unreadable(`Line ${line}: ${kind === 'session' ? 'settings belong before the transaction.' : why}`);
    }
    open.push(statement);
    if (kind !== 'commit') continue;
    units.push({ statements: open });
    open = undefined;
  }
  if (open) return unreadable(`Line ${open[0]?.line}: nothing commits this transaction.`);
  return { kind: 'script', statements, units };
}

function unreadable(problem: string): ReadScript {
  return { kind: 'unreadable', problem };
}

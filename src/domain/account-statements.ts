/**
 * Of an accounts part, only what makes users and roles. Views and routines want those whose rights they run with to be there;
 * grants want tables, views and routines to be there: so accounts come before, and their grants after.
 */
export function onlyCreations(accounts: string): string {
  return [...accounts.matchAll(statements)]
    .map(([statement]) => statement)
    .filter((statement) => /^(SET NAMES|CREATE (USER|ROLE)) /.test(statement))
    .join('');
}

/** To the semicolon that is in no name and no string. */
const statements = /(?:[^;'`]|'(?:[^'\\]|''|\\.)*'|`(?:[^`]|``)*`)+;\n/gs;

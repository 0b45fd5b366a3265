import type { Tables } from '../ports/tables.ts';

/** Tables of a server whose driver is loaded when it is first needed. */
export function lazyTables(tables: () => Promise<Tables>): Tables {
  return {
    describe: async (table) => (await tables()).describe(table),
    check: async (table, signal) => (await tables()).check(table, signal),
    namesIn: async (schema) => (await tables()).namesIn(schema),
    taken: async (schema, except) => (await tables()).taken(schema, except),
    sumUp: async (table) => (await tables()).sumUp(table),
    countStranded: async (key) => (await tables()).countStranded(key),
    compare: async (recovered, live, options) => (await tables()).compare(recovered, live, options),
    dumpRows: async (table, owner) => (await tables()).dumpRows(table, owner),
    run: async (statement) => (await tables()).run(statement),
    dropUnused: async (table) => (await tables()).dropUnused(table),
    openExchange: async () => (await tables()).openExchange(),
    writesSince: async (place, owner, signal) => (await tables()).writesSince(place, owner, signal),
  };
}

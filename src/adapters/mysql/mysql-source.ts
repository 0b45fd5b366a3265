import type { Source } from '../../ports/source.ts';
import { endOrphans } from '../process/end-orphans.ts';
import { createMysqlBinlogs } from './binlog/mysql-binlogs.ts';
import { withSession } from './connection.ts';
import { startDump } from './dump.ts';
import { createInspection } from './inspection.ts';
import { readInventory, refuseMissingSchemas } from './inventory.ts';
import { sweepOptionFiles } from './option-file.ts';
import { findTools } from './programs.ts';
import { readServerFacts } from './server-facts.ts';
import type { SourceSettings } from './settings.ts';
import { createTransactions } from './transactions.ts';

/** A MySQL or MariaDB server, dumped by its own client programs. */
export function createMysqlSource(settings: SourceSettings): Source {
  return {
    name: settings.name,
    scope: { ...(settings.schemas && { schemas: settings.schemas }), accounts: settings.accounts },
    binlogs: createMysqlBinlogs(settings),
    inspection: createInspection(settings),
    transactions: createTransactions(settings),

    facts: () => withSession(settings, (session) => readServerFacts(session, settings.user)),

    async tools() {
      const facts = await this.facts().catch(() => undefined);
      return findTools(settings, facts?.flavour ?? 'mysql', facts?.version ?? '8.0.0');
    },

    inventory: () =>
      withSession(settings, async (session) => {
        const inventory = await readInventory(session, settings.schemas);
        refuseMissingSchemas(settings, inventory.schemas);
        return inventory;
      }),

    startDump: (options) => startDump(settings, options),

    async endOrphans(isAbandoned) {
      await sweepOptionFiles(isAbandoned);
      return endOrphans(isAbandoned);
    },
  };
}

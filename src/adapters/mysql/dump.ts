import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import {
  type DumpLayout,
  decideCuts,
  layOutDump,
  layOutStructure,
  type PlannedPart,
  type TableCut,
} from '../../domain/dump-layout.ts';
import type { Inventory } from '../../domain/inventory.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import { type ServerDialect, serverDialect } from '../../domain/server-dialect.ts';
import { withFrameHeader } from '../../domain/zstd-frames.ts';
import type { Dump, DumpOptions, PartStream } from '../../ports/source.ts';
import { dumpAccounts } from './accounts.ts';
import { checksumTables } from './checksum-tables.ts';
import { openSession, type Session, withSession } from './connection.ts';
import { countRows } from './count-rows.ts';
import { findCutBounds } from './cut-bounds.ts';
import { guardDdl } from './ddl-guard.ts';
import { dataFlags, dumpArguments } from './dump-arguments.ts';
import { type DumpProcess, startDumpProcess } from './dump-process.ts';
import { lockedGates } from './gates.ts';
import { readInventory, refuseChangedShape, refuseMissingSchemas } from './inventory.ts';
import { lateGates } from './late-gates.ts';
import { createOptionFiles } from './option-file.ts';
import { findDumpPrograms } from './programs.ts';
import { refuseMissingGrants } from './refuse-missing-grants.ts';
import { readServerFacts } from './server-facts.ts';
import type { SourceSettings } from './settings.ts';
import { takePosition, takeSnapshot } from './snapshot.ts';
import { dumpViews } from './views.ts';
import { watchDdl } from './watch-ddl.ts';

/** The procedure of a consistent dump, from first connection to released lock. What was opened is closed again when a step fails. */
export async function startDump(settings: SourceSettings, options: DumpOptions): Promise<Dump> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await conductDump(settings, options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function conductDump(
  settings: SourceSettings,
  options: DumpOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Dump> {
  // 1. Who is there, and do our programs fit?
  const lead = await openSession(settings);
  let asking = 0;
  const ask = async <Answer>(question: () => Promise<Answer>) => {
    asking += 1;
    const answer = await question();
    asking -= 1;
    return answer;
  };
  closers.push(() => (asking > 0 ? endQuery(settings, lead) : lead.end()));
  const server = await readServerFacts(lead, settings.user);
  refuseMissingGrants(settings, server);
  const programs = await findDumpPrograms(settings, server);
  const dialect = serverDialect(server.flavour, server.version);
  const optionFiles = await createOptionFiles(settings, options.run);
  closers.push(() => optionFiles.remove());

  // 2. From here on nothing changes its shape.
  const guard = await guardDdl(settings, dialect);
  closers.push(() => guard.release());
  const inventory = await readInventory(lead, settings.schemas);
  refuseMissingSchemas(settings, inventory.schemas);
  // A dump that cannot be told to be patient must not wait: the server ends it after net_write_timeout.
  const maximumParts = programs.canWait ? options.maximumParts : Math.min(options.maximumParts, options.readers);
  const isStructureOnly = options.contents === 'structure';
  const layout = isStructureOnly ? layOutStructure(inventory) : await layOut(settings, inventory, maximumParts);

  // 3. Every data dump connects and waits at its gate.
  const processes = new Map<string, DumpProcess>();
  closers.push(() => {
    for (const process of processes.values()) process.kill();
  });
  const startProcess = async (part: PlannedPart, initCommand?: string) => {
    const { flags, objects, ignoreTables } = dumpArguments(part, inventory);
    const login = await optionFiles.argumentsFor(part.name, ignoreTables);
    const gate = initCommand === undefined ? [] : [`--init-command=${initCommand}`];
    const history = part.role === 'data' ? dialect.history.dumpFlags : [];
    const args = [...login, ...gate, ...dialect.dumpFlags, ...history, ...flags, ...objects];
    const process = await startDumpProcess(programs, args, options.run);
    processes.set(part.name, process);
    return process;
  };
  const dataParts = layout.parts.filter((part) => part.role === 'data');
  const gates = await (programs.canWait ? lockedGates : lateGates)({
    lead,
    user: settings.user,
    run: options.run,
    count: dataParts.length,
    start: async (index, initCommand) => {
      const part = dataParts[index];
      if (!part) throw new Error(`there is no data part ${index}`);
      return (await startProcess(part, initCommand)).dump;
    },
  });
  await gates.prepare(options.signal);
  options.crashPoint('backup-gates-waiting');

  // 4. One moment for all of them.
  const snapshot = isStructureOnly
    ? await takePosition(lead, dialect)
    : await takeSnapshot({
        lead,
        settings,
        dialect,
        gates,
        tables: inventory.tables,
        signal: options.signal,
        crashPoint: options.crashPoint,
      });
  options.crashPoint('backup-snapshot-taken');
  if (guard.method === 'none') refuseChangedShape(inventory, await readInventory(lead, settings.schemas));
  const ddl = watchDdl(guard, settings, options);
  closers.push(() => ddl.stop());

  // 5. The rest is reading.
  const views = await dumpViews(lead, inventory.views);
  const accounts =
    settings.accounts && !isStructureOnly
      ? await dumpAccounts(lead, server.flavour, dialect)
      : { sql: '', accounts: 0 };
  return {
    server,
    inventory,
    layout,
    snapshotAt: snapshot.takenAt,
    position: snapshot.position,
    lock: { ...snapshot.lock, ddlGuard: guard.method },
    tools: programs.versions,
    flags: isStructureOnly
      ? [...dialect.dumpFlags, '--no-data']
      : [...dialect.dumpFlags, ...dialect.history.dumpFlags, ...dataFlags],
    warnings: [
      ...(isStructureOnly ? [] : rowWarnings(inventory, dialect)),
      ...structureWarnings(guard.method, views.broken.length),
    ],
    accounts: accounts.accounts,
    brokenViews: views.broken.length,
    gaveWay: ddl.gaveWay,
    countRows: () => ask(() => countRows(lead, layout.parts, historyClause(inventory, dialect))),
    checksumTables: () =>
      ask(() =>
        checksumTables(
          lead,
          inventory.tables.filter(({ transactional }) => transactional),
        ),
      ),
    async open(part) {
      if (part.role === 'views') return textPart(views.sql);
      if (part.role === 'accounts') return textPart(accounts.sql);
      // mysqldump without a schema's name prints how it is used.
      if (inventory.schemas.length === 0) return textPart('-- Dump completed\n');
      return (processes.get(part.name) ?? (await startProcess(part))).open();
    },
    close,
  };
}

async function layOut(settings: SourceSettings, inventory: Inventory, maximumParts: number): Promise<DumpLayout> {
  const { smallestPartBytes, accounts } = settings;
  const options = { maximumParts, ...(smallestPartBytes !== undefined && { smallestPartBytes }) };
  const cuts = await withSession(settings, async (session) => {
    const found: TableCut[] = [];
    for (const [table, ranges] of decideCuts(inventory, options)) {
      const cut = await findCutBounds(session, table, ranges);
      if (cut) found.push(cut);
    }
    return found;
  });
  return layOutDump(inventory, cuts, { ...options, accounts });
}

/** Ends a query that somebody waits for no longer, and its session. What cannot be told to the server is left to it. */
async function endQuery(settings: SourceSettings, session: Session): Promise<void> {
  session.drop();
  await withSession(settings, (other) => other.query(`KILL ${session.id}`)).catch(() => {});
}

function historyClause(inventory: Inventory, dialect: ServerDialect): (table: TableName) => string {
  const versioned = new Set(inventory.tables.filter((table) => table.versioned).map(quoteTable));
  return (table) => (versioned.has(quoteTable(table)) ? dialect.history.countClause : '');
}

function textPart(sql: string): PartStream {
  const raw = Buffer.from(sql, 'utf8');
  return {
    bytes: Readable.from([withFrameHeader(zstdCompressSync(raw))]),
    finished: Promise.resolve({ rawBytes: raw.length }),
  };
}

function rowWarnings(inventory: Inventory, dialect: ServerDialect): string[] {
  const plain = inventory.tables.filter((table) => !table.transactional);
  const sample = plain
    .slice(0, 3)
    .map((table) => `${table.schema}.${table.name}`)
    .join(', ');
  return [
    ...(plain.length > 0
      ? [
          `${plain.length} tables have an engine without transactions and are not point-in-time: ${sample}${plain.length > 3 ? ', …' : ''}`,
        ]
      : []),
    ...(dialect.history.dumpFlags.length === 0 && inventory.tables.some((table) => table.versioned)
      ? ['the history of system-versioned tables is not in the backup: this server could not take it back']
      : []),
  ];
}

function structureWarnings(guard: string, brokenViews: number): string[] {
  return [
    ...(guard === 'none'
      ? [
          'DDL was not kept out during the dump: the user lacks the privilege for it (BACKUP_ADMIN on MySQL, RELOAD on MariaDB)',
        ]
      : []),
    ...(brokenViews > 0 ? [`${brokenViews} views were broken in the source and are kept as comments`] : []),
  ];
}

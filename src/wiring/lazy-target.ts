import { join } from 'node:path';
import type { Settings, TargetSettings } from '../config/settings.ts';
import type { Target } from '../ports/target.ts';
import { lazyInspection } from './lazy-inspection.ts';
import { lazyTables } from './lazy-tables.ts';

/** A target whose driver is loaded when the server is first needed. */
export function lazyTarget(settings: TargetSettings, spoolPath: string, section = `targets.${settings.name}`): Target {
  let loading: Promise<Target> | undefined;
  const target = () => {
    loading ??= loadTarget(settings, spoolPath, section);
    return loading;
  };
  return {
    name: settings.name,
    place: settings.socketPath ?? `${settings.host ?? 'localhost'}:${settings.port}`,
    tables: lazyTables(async () => (await target()).tables),
    inspection: lazyInspection(settings, async () => (await target()).inspection),
    facts: async () => (await target()).facts(),
    inventory: async () => (await target()).inventory(),
    countAccounts: async () => (await target()).countAccounts(),
    condition: async () => (await target()).condition(),
    countReplicas: async () => (await target()).countReplicas(),
    freeBytes: async () => (await target()).freeBytes(),
    countRows: async (tables, signal) => (await target()).countRows(tables, signal),
    checksumTables: async (tables, signal) => (await target()).checksumTables(tables, signal),
    countValues: async (table, columns) => (await target()).countValues(table, columns),
    openScript: async (owner) => (await target()).openScript(owner),
    load: async (sql, options) => (await target()).load(sql, options),
    loadRows: async (sql, options) => (await target()).loadRows(sql, options),
    clear: async (tables, options) => (await target()).clear(tables, options),
    endOrphans: async (owner) => (await target()).endOrphans(owner),
    dropSchemas: async (schemas, options) => (await target()).dropSchemas(schemas, options),
    dropTriggers: async (schemas, options) => (await target()).dropTriggers(schemas, options),
    deferrableKeys: async (table) => (await target()).deferrableKeys(table),
    dropKeys: async (keys, options) => (await target()).dropKeys(keys, options),
    addKeys: async (keys, options) => (await target()).addKeys(keys, options),
    replay: async (replay) => (await target()).replay(replay),
    adoptHistory: async (history) => (await target()).adoptHistory(history),
    holdEvents: async () => (await target()).holdEvents(),
    enableEvents: async (events, options) => (await target()).enableEvents(events, options),
    enabledEvents: async () => (await target()).enabledEvents(),
    readHex: async (table, column) => (await target()).readHex(table, column),
  };
}

/** The sources that have `restore`, as servers that approved steps work on. */
export function restorersOf({ sources, spoolPath }: Pick<Settings, 'sources' | 'spoolPath'>): Map<string, Target> {
  return new Map(
    sources.flatMap((source) => {
      if (!source.restore) return [];
      const { schemas: _, accounts: __, channel: ___, validation: ____, rollbacks: _____, restore, ...place } = source;
      const { user, password } = restore;
      return [[source.name, lazyTarget({ ...place, user, password }, spoolPath, `sources.${source.name}.restore`)]];
    }),
  );
}

async function loadTarget(settings: TargetSettings, spoolPath: string, section: string): Promise<Target> {
  const { createMysqlTarget } = await import('../adapters/mysql/mysql-target.ts');
  const { tls, host = 'localhost', ...others } = settings;
  return createMysqlTarget(
    { ...others, host, section, ...(tls && { tls: { caPath: tls.ca } }) },
    { workDirectory: join(spoolPath, 'replays') },
  );
}

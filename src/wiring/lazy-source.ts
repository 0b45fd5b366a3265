import { join } from 'node:path';
import type { SourceSettings } from '../config/settings.ts';
import type { Binlogs } from '../ports/binlogs.ts';
import type { Source } from '../ports/source.ts';
import { lazyInspection } from './lazy-inspection.ts';

/** A source whose driver is loaded when the server is first needed: listing backups needs no MySQL. */
export function lazySource(settings: SourceSettings, spoolPath: string): Source {
  let loading: Promise<Source> | undefined;
  const source = () => {
    loading ??= loadSource(settings, spoolPath);
    return loading;
  };
  const binlogs = async () => (await source()).binlogs;
  return {
    name: settings.name,
    scope: { ...(settings.schemas && { schemas: settings.schemas }), accounts: settings.accounts },
    binlogs: {
      inventory: async () => (await binlogs()).inventory(),
      executedBefore: async (file) => (await binlogs()).executedBefore(file),
      position: async () => (await binlogs()).position(),
      rotate: async () => (await binlogs()).rotate(),
      follow: async (start) => (await binlogs()).follow(start),
      close: async () => (await loading)?.binlogs.close(),
    } satisfies Binlogs,
    inspection: lazyInspection(settings, async () => (await source()).inspection),
    transactions: {
      list: async () => (await source()).transactions.list(),
      kill: async (wanted) => (await source()).transactions.kill(wanted),
    },
    facts: async () => (await source()).facts(),
    tools: async () => (await source()).tools(),
    inventory: async () => (await source()).inventory(),
    startDump: async (options) => (await source()).startDump(options),
    endOrphans: async (isAbandoned) => (await source()).endOrphans(isAbandoned),
  };
}

async function loadSource(settings: SourceSettings, spoolPath: string): Promise<Source> {
  const [{ createMysqlSource }, { defaultLock }] = await Promise.all([
    import('../adapters/mysql/mysql-source.ts'),
    import('../adapters/mysql/settings.ts'),
  ]);
  const { tls, host = 'localhost', channel: _, validation: __, rollbacks: ___, restore: ____, ...others } = settings;
  return createMysqlSource({
    ...others,
    host,
    ...(tls && { tls: { caPath: tls.ca } }),
    lock: defaultLock,
    spoolDir: join(spoolPath, settings.name),
  });
}

import { type CatalogEntry, catalogEntrySchema } from '../../src/domain/catalog.ts';

const mebibyte = 1024 * 1024;

/** A catalogued backup of the id's kind, taken within 42 s of `startedAt`. */
export function catalogued(id: string, change: Partial<CatalogEntry> = {}): CatalogEntry {
  const [, date = '', time = '', kind = 'full', source = 'alumni'] =
    /^(\d{8})T(\d{6})Z-(full|schema|incremental)-(.+)-\w{4}$/.exec(id) ?? [];
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  const later = (seconds: number) => new Date(Date.parse(iso) + seconds * 1000).toISOString();
  return catalogEntrySchema.parse({
    id,
    source,
    kind,
    startedAt: iso,
    snapshotAt: later(2),
    finishedAt: later(42),
    rawBytes: 2_900 * mebibyte,
    storedBytes: 410 * mebibyte,
    tables: 42,
    rows: 1_234_567,
    objects: {
      schemas: 2,
      tables: 42,
      sequences: 0,
      views: 3,
      procedures: 2,
      functions: 1,
      triggers: 4,
      events: 1,
      accounts: 7,
    },
    position: { file: 'binlog.000042', offset: 90210, gtidSet: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-4711' },
    serverUuid: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
    serverVersion: '9.7.4',
    lockMilliseconds: 136,
    warnings: [],
    repositories: ['primary'],
    verified: null,
    ...change,
  });
}

import { describe, expect, it } from 'vitest';
import type { Flavour } from '../../src/domain/server.ts';
import { serverDialect } from '../../src/domain/server-dialect.ts';

const table: [Flavour, string, { status: string; guard: string | undefined; hashes: boolean; history: boolean }][] = [
  ['mysql', '5.7.44', { status: 'SHOW MASTER STATUS', guard: undefined, hashes: false, history: false }],
  ['mysql', '8.0.16', { status: 'SHOW MASTER STATUS', guard: 'instance-lock', hashes: false, history: false }],
  ['mysql', '8.0.36', { status: 'SHOW MASTER STATUS', guard: 'instance-lock', hashes: true, history: false }],
  ['mysql', '8.2.0', { status: 'SHOW BINARY LOG STATUS', guard: 'instance-lock', hashes: true, history: false }],
  ['mysql', '8.4.3', { status: 'SHOW BINARY LOG STATUS', guard: 'instance-lock', hashes: true, history: false }],
  ['mysql', '9.7.4', { status: 'SHOW BINARY LOG STATUS', guard: 'instance-lock', hashes: true, history: false }],
  ['mariadb', '10.3.39', { status: 'SHOW MASTER STATUS', guard: undefined, hashes: false, history: false }],
  ['mariadb', '10.6.18', { status: 'SHOW BINLOG STATUS', guard: 'backup-stage', hashes: false, history: false }],
  ['mariadb', '10.11.14', { status: 'SHOW BINLOG STATUS', guard: 'backup-stage', hashes: false, history: true }],
  ['mariadb', '11.4.2', { status: 'SHOW BINLOG STATUS', guard: 'backup-stage', hashes: false, history: true }],
];

describe('what differs between servers', () => {
  it.each(table)('%s %s', (flavour, version, { status, guard, hashes, history }) => {
    const dialect = serverDialect(flavour, version);
    expect(dialect.binlogStatus).toBe(status);
    expect(dialect.guardDdl?.method).toBe(guard);
    expect(dialect.releaseDdlGuard === undefined).toBe(guard === undefined);
    expect(dialect.printableHashes !== undefined).toBe(hashes);
    expect(dialect.history.dumpFlags.length > 0).toBe(history);
    expect(dialect.history.countClause !== '').toBe(history);
  });

  it('prefers the programs that MariaDB calls its own, and keeps GTID handling out of MySQL dumps', () => {
    expect(serverDialect('mariadb', '11.4.2').dumpPrograms[0]).toBe('mariadb-dump');
    expect(serverDialect('mariadb', '11.4.2').dumpFlags).toEqual([]);
    expect(serverDialect('mysql', '8.4.3').dumpFlags).toEqual(['--set-gtid-purged=OFF']);
  });
});

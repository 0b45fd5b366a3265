import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/domain/check.ts';
import { diagnose, type Examination } from '../../src/domain/diagnosis.ts';
import type { FailureFacts } from '../../src/domain/job.ts';
import type { ServerFacts, ToolFacts } from '../../src/domain/server.ts';

const goodServer: ServerFacts = {
  flavour: 'mysql',
  version: '9.7.4',
  serverUuid: 'b1e5',
  characterSet: 'utf8mb4',
  lowerCaseTableNames: 0,
  maxAllowedPacket: 64 << 20,
  binlog: { enabled: true, format: 'ROW', rowImage: 'FULL', sync: 1, gtidMode: 'ON', expireSeconds: 2_592_000 },
  clockOffsetMilliseconds: 12,
  user: 'tidemark@%',
  grants: ['GRANT ALL PRIVILEGES ON *.* TO `tidemark`@`%`'],
};
const dumper: ToolFacts = { tool: 'mysqldump', path: '/usr/bin/mysqldump', flavour: 'mysql', version: '9.7.1' };
const zstd: ToolFacts = { tool: 'zstd', path: '/usr/bin/zstd', version: '1.5.7' };
const failure = (code: string, message: string, hint: string): FailureFacts => ({
  code,
  message,
  hint,
  retryable: false,
});

const good: Examination = {
  keys: [
    {
      id: 'k-1',
      provider: 'file',
      place: '/etc/k-1.key',
      encrypts: true,
      read: { kind: 'found', value: { id: 'k-1', fingerprint: 'ab12 cd34', warnings: [] } },
      copyAt: 'the bank safe',
    },
  ],
  repositories: [
    {
      name: 'primary',
      location: '/backup',
      prepared: { kind: 'found', value: { freeBytes: 121 << 20 } },
      expectedBytes: 100 << 20,
    },
  ],
  state: { path: '/var/state.db', opened: { kind: 'found', value: undefined } },
  sources: [
    {
      name: 'alumni',
      scope: { accounts: true },
      facts: { kind: 'found', value: goodServer },
      tools: [dumper, zstd],
    },
  ],
};

const withServer = (server: Partial<ServerFacts>, tools: ToolFacts[] = []): Examination => ({
  ...good,
  sources: [
    { name: 'alumni', scope: { accounts: true }, facts: { kind: 'found', value: { ...goodServer, ...server } }, tools },
  ],
});
const withBinlog = (binlog: Partial<ServerFacts['binlog']>, server: Partial<ServerFacts> = {}): Examination =>
  withServer({ ...server, binlog: { ...goodServer.binlog, ...binlog } });
const withLogin = (facts: FailureFacts): Examination => ({
  ...good,
  sources: [{ name: 'alumni', scope: { accounts: true }, facts: { kind: 'failed', failure: facts }, tools: [dumper] }],
});
const withRepository = (repository: Partial<Examination['repositories'][number]>): Examination => ({
  ...good,
  repositories: good.repositories.map((one) => ({ ...one, ...repository })),
});
const withKey = (key: Partial<Examination['keys'][number]>): Examination => ({
  ...good,
  keys: good.keys.map((one) => ({ ...one, ...key })),
});

const troubles = (examination: Examination): Check[] => diagnose(examination).filter((check) => check.state !== 'good');

describe('doctor', () => {
  it('has nothing to say against what is well', () => {
    expect(troubles(good)).toEqual([]);
    expect(diagnose(good).map((check) => check.id)).toEqual([
      'key.file',
      'key.copy',
      'repository.writable',
      'repository.space',
      'state.open',
      'source.login',
      'source.grants',
      'source.binlog',
      'source.binlog-format',
      'source.row-image',
      'source.sync-binlog',
      'source.gtid',
      'source.binlog-expiry',
      'source.clock',
      'tool.mysqldump',
      'tool.zstd',
    ]);
  });

  it.each<[string, Examination, string, Check['state'], RegExp, RegExp]>([
    [
      'a wrong password',
      withLogin(failure('source-access', 'Access denied for user tidemark', 'Check sources.alumni.password')),
      'source.login',
      'bad',
      /Access denied/,
      /sources.alumni.password/,
    ],
    [
      'a server out of reach',
      withLogin(failure('source-unreachable', 'connect ECONNREFUSED', 'Is it running?')),
      'source.login',
      'bad',
      /ECONNREFUSED/,
      /running/,
    ],
    [
      'a missing grant',
      withServer({ grants: ['GRANT USAGE ON *.* TO `tidemark`@`%`'] }),
      'source.grants',
      'bad',
      /SELECT \(to read the rows\), .*PROCESS/,
      /^GRANT SELECT, .*SHOW_ROUTINE ON \*\.\* TO `tidemark`@`%`;$/,
    ],
    [
      'a grant with a way round',
      withServer({
        grants: [
          'GRANT SELECT, SHOW VIEW, EVENT, TRIGGER, RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `t`@`%`',
        ],
      }),
      'source.grants',
      'warning',
      /lacks BACKUP_ADMIN .*less well/,
      /^GRANT BACKUP_ADMIN ON \*\.\* TO `t`@`%`;$/,
    ],
    ['no binlog', withBinlog({ enabled: false, format: '', gtidMode: '' }), 'source.binlog', 'bad', /off/, /log_bin/],
    [
      'a loose binlog',
      withBinlog({ sync: 0 }),
      'source.sync-binlog',
      'warning',
      /sync_binlog is 0/,
      /^SET PERSIST sync_binlog = 1;$/,
    ],
    [
      'a loose binlog on MariaDB',
      withBinlog({ sync: 0 }, { flavour: 'mariadb', version: '10.11.14' }),
      'source.sync-binlog',
      'warning',
      /is 0/,
      /^SET GLOBAL sync_binlog = 1; and sync_binlog = 1 under/,
    ],
    [
      'statements in the binlog',
      withBinlog({ format: 'STATEMENT' }),
      'source.binlog-format',
      'bad',
      /STATEMENT/,
      /'ROW'/,
    ],
    ['a mixed binlog', withBinlog({ format: 'MIXED' }), 'source.binlog-format', 'warning', /MIXED/, /'ROW'/],
    ['half rows in the binlog', withBinlog({ rowImage: 'MINIMAL' }), 'source.row-image', 'warning', /MINIMAL/, /FULL/],
    [
      'binlogs that are purged soon',
      withBinlog({ expireSeconds: 3600 }),
      'source.binlog-expiry',
      'warning',
      /after 1 h/,
      /binlog_expire_logs_seconds = 604800/,
    ],
    ['GTIDs off', withBinlog({ gtidMode: 'OFF' }), 'source.gtid', 'warning', /OFF/, /enforce_gtid_consistency/],
    [
      'a clock a little off',
      withServer({ clockOffsetMilliseconds: -2_001 }),
      'source.clock',
      'warning',
      /2\.0 s behind/,
      /chrony/,
    ],
    [
      'a clock far off',
      withServer({ clockOffsetMilliseconds: 60_001 }),
      'source.clock',
      'bad',
      /1 min ahead of/,
      /chrony/,
    ],
    [
      'a client of another flavour',
      withServer({}, [{ ...dumper, flavour: 'mariadb', version: '10.11.14' }]),
      'tool.mysqldump',
      'bad',
      /MariaDB 10\.11\.14, but the server is MySQL 9\.7\.4/,
      /MySQL 9\.7/,
    ],
    [
      'a client of another series',
      withServer({}, [{ ...dumper, version: '8.4.3' }]),
      'tool.mysqldump',
      'bad',
      /MySQL 8\.4\.3, but/,
      /MySQL 9\.7/,
    ],
    [
      'a client that does not say what it is',
      withServer({}, [{ tool: 'mysqldump', path: '/bin/true', versionLine: '' }]),
      'tool.mysqldump',
      'bad',
      /does not say/,
      /MySQL 9\.7/,
    ],
    ['no mysqldump', withServer({}, [{ tool: 'mysqldump' }]), 'tool.mysqldump', 'bad', /not found/, /clientDir/],
    ['no pzstd', withServer({}, [{ tool: 'pzstd' }]), 'tool.pzstd', 'bad', /not found/, /apt install zstd/],
    ['no zstd', withServer({}, [{ tool: 'zstd' }]), 'tool.zstd', 'warning', /not found/, /apt install zstd/],
    [
      'no mysqlbinlog',
      withServer({}, [{ tool: 'mysqlbinlog' }]),
      'tool.mysqlbinlog',
      'warning',
      /not found/,
      /MySQL 9\.7/,
    ],
    [
      'a key that cannot be read',
      withKey({
        read: {
          kind: 'failed',
          failure: failure('key-unreadable', 'The key file is cut short.', 'Use the second copy'),
        },
      }),
      'key.file',
      'bad',
      /cut short/,
      /second copy/,
    ],
    [
      'a key with another id',
      withKey({ read: { kind: 'found', value: { id: 'k-0', fingerprint: '', warnings: [] } } }),
      'key.file',
      'bad',
      /holds the key k-0/,
      /encryption\.keys/,
    ],
    [
      'a key that others may read',
      withKey({ read: { kind: 'found', value: { id: 'k-1', fingerprint: '', warnings: ['Others may read it'] } } }),
      'key.mode',
      'warning',
      /Others/,
      /^chmod 600 \/etc\/k-1\.key$/,
    ],
    [
      'a directory that cannot be written',
      withRepository({
        prepared: { kind: 'failed', failure: failure('repository-unavailable', 'EACCES /backup', 'chown it') },
      }),
      'repository.writable',
      'bad',
      /EACCES/,
      /chown/,
    ],
    [
      'too little disk',
      withRepository({ expectedBytes: 101 << 20 }),
      'repository.space',
      'bad',
      /121 MiB are free .* may take 101 MiB/,
      /Free at least 205 KiB/,
    ],
    [
      'a state that cannot be opened',
      {
        ...good,
        state: { path: '/x', opened: { kind: 'failed', failure: failure('state-unavailable', 'locked', 'close it') } },
      },
      'state.open',
      'bad',
      /locked/,
      /close/,
    ],
  ])('%s', (_, examination, id, state, finding, mend) => {
    const found = troubles(examination);
    expect(found.map((check) => [check.id, check.state])).toEqual([[id, state]]);
    expect(found[0]?.finding).toMatch(finding);
    expect(found[0]?.mend).toMatch(mend);
  });

  const kms = {
    id: 'cloud',
    provider: 'kms',
    place: 'arn:aws:kms:eu-west-1:111122223333:key/1234',
    encrypts: true,
    read: { kind: 'found', value: { id: 'cloud', fingerprint: 'arn', warnings: [] } },
  } as const;

  it.each([
    ['alone, asks for a way without AWS', [kms], ['key.copy warning']],
    ['beside a key file that only reads', [kms, { ...good.keys[0], encrypts: false }], ['key.copy warning']],
    ['beside a key file that encrypts too', [kms, good.keys[0]], []],
    ['that somebody decided to have alone', [{ ...kms, copyAt: 'by decision of the board' }], []],
    ['that only reads', [good.keys[0], { ...kms, encrypts: false }], []],
    [
      'whose Encrypt could not be tried',
      [
        good.keys[0],
        { ...kms, encrypts: false, read: { kind: 'found', value: { ...kms.read.value, warnings: ['w'] } } },
      ],
      ['key.kms warning'],
    ],
    [
      'that cannot be used',
      [{ ...kms, read: { kind: 'failed', failure: failure('key-unavailable', 'disabled', 'enable it') } }],
      ['key.kms bad'],
    ],
  ] as [string, Examination['keys'], string[]][])('a key of AWS KMS %s', (_, keys, expected) => {
    expect(troubles({ ...good, keys }).map(({ id, state }) => `${id} ${state}`)).toEqual(expected);
  });

  it('wants a retired key out of the configuration, unless it encrypts again', () => {
    const retired = { retiredAt: '2026-11-20T00:00:00.000Z', encrypts: false };
    const uncopied = good.keys.map(({ copyAt: _, ...key }) => ({ ...key, ...retired }));
    expect(troubles({ ...good, keys: uncopied })).toMatchObject([
      { id: 'key.retired', state: 'warning', finding: expect.stringContaining('2026-11-20') },
    ]);
    expect(troubles(withKey({ ...retired, encrypts: true }))).toEqual([]);
  });

  it('asks where the second copy of a key lies until it is told', () => {
    const found = troubles({
      ...good,
      keys: [
        {
          id: 'k-1',
          provider: 'file',
          place: '/etc/k-1.key',
          encrypts: true,
          read: { kind: 'found', value: { id: 'k-1', fingerprint: '', warnings: [] } },
        },
      ],
    });
    expect(found).toMatchObject([
      { id: 'key.copy', state: 'warning', mend: expect.stringContaining('keys confirm-copy k-1') },
    ]);
  });

  it('still looks at the programs when the server cannot be asked', () => {
    const checks = diagnose(withLogin(failure('source-unreachable', 'no', 'no')));
    expect(checks.map((check) => check.id)).toContain('tool.mysqldump');
  });

  it('says nothing about room where nobody knows how much there is', () => {
    expect(diagnose(withRepository({ prepared: { kind: 'found', value: {} } })).map((check) => check.id)).not.toContain(
      'repository.space',
    );
  });
});

import type { Attempt, Check } from './check.ts';
import { type GrantScope, grantStatements, missingGrants } from './grants.ts';
import { formatDuration } from './measures.ts';
import { compareVersions, type Flavour, type ServerFacts, seriesOf, type ToolFacts } from './server.ts';

export interface SourceExamination {
  readonly name: string;
  readonly scope: GrantScope;
  readonly facts: Attempt<ServerFacts>;
  readonly tools: readonly ToolFacts[];
  /** The server program that backups are proven with; absent where proofs are not configured. */
  readonly proving?: Attempt<{ readonly server: string; readonly version: string }>;
}

type Unnamed = Omit<Check, 'subject'>;

export const clockSkew = { warningMilliseconds: 2_000, badMilliseconds: 60_000 } as const;

/** Judges a server and the programs that are to dump it. Where the server cannot be asked, only what is known without it. */
export function diagnoseSource({ name, scope, facts, tools, proving }: SourceExamination): Check[] {
  const server = facts.kind === 'found' ? facts.value : undefined;
  const checks: Unnamed[] = [
    facts.kind === 'failed'
      ? { id: 'source.login', state: 'bad', finding: facts.failure.message, mend: facts.failure.hint }
      : { id: 'source.login', state: 'good', finding: `${serverName(facts.value)} as ${facts.value.user}` },
    ...(server ? [judgeGrants(server, scope), ...judgeBinlog(server), judgeClock(server)] : []),
    ...tools.map((tool) => judgeTool(tool, server)),
    ...(proving ? [judgeProving(proving)] : []),
  ];
  return checks.map((check) => ({ ...check, subject: name }));
}

function judgeProving(proving: NonNullable<SourceExamination['proving']>): Unnamed {
  return proving.kind === 'failed'
    ? { id: 'source.scratch', state: 'bad', finding: proving.failure.message, mend: proving.failure.hint }
    : {
        id: 'source.scratch',
        state: 'good',
        finding: `backups are proven on ${proving.value.server} ${proving.value.version}`,
      };
}

function judgeGrants(server: ServerFacts, scope: GrantScope): Unnamed {
  const missing = missingGrants(server.grants, server.flavour, server.version, scope);
  if (missing.length === 0)
    return { id: 'source.grants', state: 'good', finding: 'has every grant that a backup needs' };
  const reasons = missing.map(({ privilege, on, purpose }) => {
    const place = on === '*' ? '' : ` on ${on.schema}`;
    return `${privilege}${place} (${purpose})`;
  });
  const vital = missing.some((need) => need.vital);
  return {
    id: 'source.grants',
    state: vital ? 'bad' : 'warning',
    finding: `lacks ${reasons.join(', ')}${vital ? '' : '; backups work without, less well'}`,
    mend: grantStatements(missing, server.grants, server.user).join('\n'),
  };
}

function judgeBinlog(server: ServerFacts): Unnamed[] {
  const { binlog } = server;
  if (!binlog.enabled) {
    return [
      {
        id: 'source.binlog',
        state: 'bad',
        finding: 'the binlog is off: a backup could not say where its point-in-time recovery begins, and is refused',
        mend: 'Put log_bin = binlog and a server_id of its own under [mysqld] in my.cnf, and restart the server.',
      },
    ];
  }
  return [
    { id: 'source.binlog', state: 'good', finding: 'the binlog is on' },
    judgeFormat(server),
    binlog.rowImage.toUpperCase() === 'FULL'
      ? { id: 'source.row-image', state: 'good', finding: 'rows are logged whole' }
      : {
          id: 'source.row-image',
          state: 'warning',
          finding: `binlog_row_image is ${binlog.rowImage}: what a row was before a change cannot be read from the binlog`,
          mend: setVariable(server.flavour, 'binlog_row_image', 'FULL'),
        },
    binlog.sync === 1
      ? { id: 'source.sync-binlog', state: 'good', finding: 'every commit reaches the disk' }
      : {
          id: 'source.sync-binlog',
          state: 'warning',
          finding: `sync_binlog is ${binlog.sync}: a power cut may lose commits from the binlog that the tables have`,
          mend: setVariable(server.flavour, 'sync_binlog', '1'),
        },
    ...judgeGtids(server),
    judgeExpiry(server),
  ];
}

/** Whatever keeps the stream from the binlogs must be mended before the server purges them. A weekend passes quickly. */
const shortestExpirySeconds = 3 * 86_400;

function judgeExpiry({ flavour, binlog }: ServerFacts): Unnamed {
  const id = 'source.binlog-expiry';
  const { expireSeconds } = binlog;
  if (expireSeconds === 0) return { id, state: 'good', finding: 'the server keeps binlogs until somebody purges them' };
  const kept = formatDuration(expireSeconds * 1000);
  if (expireSeconds >= shortestExpirySeconds)
    return { id, state: 'good', finding: `the server keeps binlogs for ${kept}` };
  return {
    id,
    state: 'warning',
    finding: `the server purges binlogs after ${kept}: what could not be shipped by then is lost`,
    mend: setVariable(flavour, 'binlog_expire_logs_seconds', String(7 * 86_400)),
  };
}

function judgeFormat({ flavour, binlog }: ServerFacts): Unnamed {
  const format = binlog.format.toUpperCase();
  if (format === 'ROW') return { id: 'source.binlog-format', state: 'good', finding: 'changes are logged as rows' };
  return {
    id: 'source.binlog-format',
    state: format === 'MIXED' ? 'warning' : 'bad',
    finding: `binlog_format is ${binlog.format}: replaying statements may give other rows than there were`,
    mend: setVariable(flavour, 'binlog_format', "'ROW'"),
  };
}

function judgeGtids({ flavour, binlog }: ServerFacts): Unnamed[] {
  if (flavour === 'mariadb') return [];
  return binlog.gtidMode.toUpperCase() === 'ON'
    ? [{ id: 'source.gtid', state: 'good', finding: 'transactions have GTIDs' }]
    : [
        {
          id: 'source.gtid',
          state: 'warning',
          finding: `gtid_mode is ${binlog.gtidMode}: an interrupted replay has to start again from the base`,
          mend: 'SET PERSIST enforce_gtid_consistency = ON; then SET PERSIST gtid_mode to OFF_PERMISSIVE, ON_PERMISSIVE and ON, one after the other.',
        },
      ];
}

function judgeClock({ clockOffsetMilliseconds }: ServerFacts): Unnamed {
  const skew = Math.abs(clockOffsetMilliseconds);
  const finding = `the server's clock is ${formatDuration(skew)} ${clockOffsetMilliseconds < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (skew <= clockSkew.warningMilliseconds) return { id: 'source.clock', state: 'good', finding: 'clocks agree' };
  return {
    id: 'source.clock',
    state: skew > clockSkew.badMilliseconds ? 'bad' : 'warning',
    finding: `${finding}: moments to recover to would be off by that`,
    mend: 'Run a time service (chrony or systemd-timesyncd) on both machines.',
  };
}

/** Only what a backup runs is vital; the others are needed when it is restored. */
const needed: Record<ToolFacts['tool'], 'bad' | 'warning'> = {
  mysqldump: 'bad',
  pzstd: 'bad',
  zstd: 'warning',
  mysql: 'warning',
  mysqlbinlog: 'warning',
  mysqld: 'warning',
};

function judgeTool(tool: ToolFacts, server: ServerFacts | undefined): Unnamed {
  const id = `tool.${tool.tool}`;
  if (tool.path === undefined) {
    return { id, state: needed[tool.tool], finding: `${tool.tool} was not found`, mend: howToGet(tool.tool, server) };
  }
  const found = `${tool.path}${tool.version === undefined ? '' : ` ${tool.version}`}`;
  if (tool.tool === 'zstd' || tool.tool === 'pzstd' || !server) return { id, state: 'good', finding: found };
  const wanted = `${flavourName(server.flavour)} ${seriesOf(server.version)}`;
  if (tool.flavour === undefined || tool.version === undefined) {
    return {
      id,
      state: needed[tool.tool],
      finding: `${tool.path} does not say what it is (${tool.versionLine ?? 'no version line'}); ${wanted} is needed`,
      mend: howToGet(tool.tool, server),
    };
  }
  if (tool.flavour !== server.flavour || compareVersions(seriesOf(tool.version), seriesOf(server.version)) !== 0) {
    return {
      id,
      state: needed[tool.tool],
      finding: `${tool.path} is of ${flavourName(tool.flavour)} ${tool.version}, but the server is ${serverName(server)}`,
      mend: howToGet(tool.tool, server),
    };
  }
  return { id, state: 'good', finding: found };
}

function howToGet(tool: ToolFacts['tool'], server: ServerFacts | undefined): string {
  if (tool === 'zstd' || tool === 'pzstd') return 'Install it: apt install zstd';
  const wanted = server ? `${flavourName(server.flavour)} ${seriesOf(server.version)}` : "the server's own version";
  return `Install the client programs of ${wanted}, and name their folder as clientDir of the source where it is not on PATH.`;
}

/** MySQL keeps what SET PERSIST set; MariaDB forgets at the next start unless my.cnf says it too. */
function setVariable(flavour: Flavour, name: string, value: string): string {
  return flavour === 'mysql'
    ? `SET PERSIST ${name} = ${value};`
    : `SET GLOBAL ${name} = ${value}; and ${name} = ${value.replaceAll("'", '')} under [mysqld] in my.cnf`;
}

function serverName(server: ServerFacts): string {
  return `${flavourName(server.flavour)} ${server.version}`;
}

function flavourName(flavour: Flavour): string {
  return flavour === 'mysql' ? 'MySQL' : 'MariaDB';
}

/** What a server is and how it is set, as far as backups depend on it. */
export type Flavour = 'mysql' | 'mariadb';

export interface ServerFacts {
  readonly flavour: Flavour;
  /** `9.7.4`, `10.11.14`. */
  readonly version: string;
  /** `server_uuid` on MySQL; on MariaDB, which has none, `mariadb-<server_id>-<hash of data directory and host>`. */
  readonly serverUuid: string;
  readonly characterSet: string;
  readonly lowerCaseTableNames: number;
  readonly maxAllowedPacket: number;
  readonly binlog: {
    readonly enabled: boolean;
    readonly format: string;
    readonly rowImage: string;
    /** 1 means that a commit survives a power cut of the server. */
    readonly sync: number;
    /** `ON` and `OFF` on MySQL; MariaDB always has GTIDs: `ON`. */
    readonly gtidMode: string;
    /** After how many seconds the server purges a closed file; 0 where it never does by itself. */
    readonly expireSeconds: number;
  };
  /** Server clock minus ours, milliseconds; half the round trip is the error. */
  readonly clockOffsetMilliseconds: number;
  readonly user: string;
  /** As SHOW GRANTS prints them, with those of active roles. */
  readonly grants: readonly string[];
}

/** A program that a backup needs, as found. */
export interface ToolFacts {
  readonly tool: 'mysqldump' | 'zstd' | 'pzstd' | 'mysql' | 'mysqlbinlog' | 'mysqld';
  /** Undefined when there is none. */
  readonly path?: string;
  /** Its own `--version` line. */
  readonly versionLine?: string;
  readonly flavour?: Flavour;
  readonly version?: string;
}

/** Major series of a version: `8.4`, `9.7`, `10.11`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Negative, zero or positive, comparing numbers part by part. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How to reach a server and its programs. Secrets are resolved. */
export interface ServerSettings {
  readonly name: string;
  /** Where it stands in the configuration, for hints; `sources.<name>` when left out. */
  readonly section?: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly socketPath?: string;
  /** PEM of the authority that signed the server's certificate; without it the connection is not verified, nor downgraded. */
  readonly tls?: { readonly caPath: string };
  /** Directory of mysqldump and its kin; without it they are looked for on PATH. */
  readonly clientDir?: string;
}

/** A server that is backed up. */
export interface SourceSettings extends ServerSettings {
  /** Undefined means all. */
  readonly schemas?: readonly string[];
  readonly accounts: boolean;
  readonly lock: LockSettings;
  /** Whom approved steps log in as, where that is somebody else than who backs up. */
  readonly restore?: { readonly user: string; readonly password: string };
  /** Where binlogs lie until they are stored, in plain: a directory of this source's own. */
  readonly spoolDir: string;
  /** Below this a table is not cut, nor given a process of its own. */
  readonly smallestPartBytes?: number;
}

export interface LockSettings {
  /** The hard limit on holding the global read lock. */
  readonly limitMilliseconds: number;
  /** How long to wait for it behind running queries. */
  readonly waitSeconds: number;
  /** How long to wait until no long query is in its way, before it is asked for at all. */
  readonly queryPatienceSeconds: number;
  /** DDL that waits on the backup longer than this makes the backup give way. */
  readonly ddlPatienceSeconds: number;
}

export const defaultLock: LockSettings = {
  limitMilliseconds: 2000,
  waitSeconds: 3,
  queryPatienceSeconds: 60,
  ddlPatienceSeconds: 60,
};

/** Where scratch servers come from and what they may take. */
export interface ScratchSettings {
  /** Directories of mysqld and mariadbd, looked through in order. */
  readonly serverDirs: readonly string[];
  /** Directories of their client programs, looked through after the servers' own. */
  readonly clientDirs: readonly string[];
  /** Each server has a directory of its own in this one. */
  readonly dir: string;
  /** How big a server's directory may grow. */
  readonly maxBytes: number;
  /** How many may run at a time. */
  readonly maxServers: number;
}

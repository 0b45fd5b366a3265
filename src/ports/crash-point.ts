/** Named moments at which tests kill the process, to prove that a crash there is boring. In production it does nothing. */
export type CrashPoint = (name: CrashPointName) => void;

export const crashPointNames = [
  'backup-job-started',
  'backup-gates-waiting',
  'backup-lock-held',
  'backup-snapshot-taken',
  'backup-first-part-stored',
  'backup-parts-stored',
  'backup-manifest-stored',
  'backup-catalogued',
  'verification-read',
  'verification-fact-stored',
  'restore-structure-loaded',
  'restore-keys-deferred',
  'restore-data-part-loaded',
  'restore-keys-built',
  'restore-routines-loaded',
  'restore-views-loaded',
  'restore-triggers-loaded',
  'restore-events-loaded',
  'restore-accounts-loaded',
  'restore-finished',
  'rotation-key-stored',
  'shred-begun',
  'shred-key-destroyed',
  'binlog-bytes-stored',
  'binlog-facts-stored',
  'binlog-compacted',
  'scratch-started',
  'scratch-restored',
] as const;
export type CrashPointName = (typeof crashPointNames)[number];

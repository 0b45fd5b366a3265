/**
 * Something went wrong that nobody decided: a dead disk, a wrong password, an altered backup.
 * (A refusal by policy is a value, not one of these.) Always offers a next step in `hint`.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string;
  /** True when the same call may succeed later with nothing mended. */
  readonly retryable: boolean;

  constructor(code: FailureCode, message: string, details: FailureDetails) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'Failure';
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? FAILURES[code].retryable;
  }

  /** 1 failed, 2 usage or configuration, 3 refused, 4 integrity violated. */
  get exitStatus(): ExitStatus {
    return FAILURES[this.code].exitStatus;
  }
}

export interface FailureDetails {
  hint: string;
  cause?: unknown;
  /** Overrides the code's default. */
  retryable?: boolean;
}

export type FailureCode = keyof typeof FAILURES;
export type ExitStatus = 1 | 2 | 3 | 4;

/** Every code there is. Status 2 is for what the caller typed or configured, 1 for what the world did. */
export const FAILURES = {
  usage: { exitStatus: 2, retryable: false },
  configuration: { exitStatus: 2, retryable: false },
  refused: { exitStatus: 3, retryable: false },
  integrity: { exitStatus: 4, retryable: false },
  'key-missing': { exitStatus: 2, retryable: false },
  'key-unreadable': { exitStatus: 2, retryable: false },
  'key-unavailable': { exitStatus: 1, retryable: true },
  'source-unreachable': { exitStatus: 1, retryable: true },
  'source-access': { exitStatus: 1, retryable: false },
  'source-missing-grant': { exitStatus: 1, retryable: false },
  'source-settings': { exitStatus: 1, retryable: false },
  'tool-missing': { exitStatus: 1, retryable: false },
  'tool-mismatch': { exitStatus: 1, retryable: false },
  'program-failed': { exitStatus: 1, retryable: false },
  'lock-timeout': { exitStatus: 1, retryable: true },
  'dump-incomplete': { exitStatus: 1, retryable: true },
  'binlog-diverged': { exitStatus: 1, retryable: false },
  'binlog-refused': { exitStatus: 1, retryable: true },
  'binlog-gap': { exitStatus: 1, retryable: false },
  'binlog-behind': { exitStatus: 1, retryable: true },
  'restore-failed': { exitStatus: 1, retryable: false },
  'target-not-empty': { exitStatus: 3, retryable: false },
  'scratch-busy': { exitStatus: 1, retryable: true },
  'scratch-full': { exitStatus: 1, retryable: false },
  'disk-full': { exitStatus: 1, retryable: false },
  'repository-unavailable': { exitStatus: 1, retryable: true },
  'object-missing': { exitStatus: 1, retryable: false },
  'object-exists': { exitStatus: 1, retryable: false },
  'object-changed': { exitStatus: 1, retryable: true },
  'backup-missing': { exitStatus: 1, retryable: false },
  'structure-unreadable': { exitStatus: 1, retryable: false },
  'state-unavailable': { exitStatus: 1, retryable: true },
  'slack-unavailable': { exitStatus: 1, retryable: true },
  'port-in-use': { exitStatus: 1, retryable: true },
  cancelled: { exitStatus: 1, retryable: true },
  interrupted: { exitStatus: 1, retryable: true },
  internal: { exitStatus: 1, retryable: false },
} as const satisfies Record<string, { exitStatus: ExitStatus; retryable: boolean }>;

/** A Failure stays as it is; operating-system errors get the code and hint that fit; the rest is `internal`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const { code, path } = systemErrorOf(error);
  const place = path === undefined ? 'the place named in the message' : path;

  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('disk-full', message, { cause: error, hint: `Free space at ${place}, then run it again.` });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure('configuration', message, {
        cause: error,
        hint: `Let the user who runs Tidemark use ${place}, or configure another.`,
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new Failure('configuration', message, {
        cause: error,
        hint: `Check that ${place} exists and is spelled right.`,
      });
    case 'EMFILE':
    case 'ENFILE':
      return new Failure('internal', message, {
        cause: error,
        retryable: true,
        hint: 'Raise the limit of open files (ulimit -n).',
      });
    case 'ABORT_ERR':
      return new Failure('cancelled', message, { cause: error, hint: 'Run it again when you want it done.' });
    default:
      return new Failure('internal', message, {
        cause: error,
        hint: 'This is not a failure Tidemark knows. Please report it with the log of this run.',
      });
  }
}

function systemErrorOf(error: unknown): { code: string | undefined; path: string | undefined } {
  if (!(error instanceof Error)) return { code: undefined, path: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return { code: error.name === 'AbortError' ? 'ABORT_ERR' : code, path };
}

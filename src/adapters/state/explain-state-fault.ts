import { Failure } from '../../domain/failure.ts';

/** Runs `work`, turning what SQLite and the file system say about the state database into a Failure with its mend. */
export function explainStateFault(path: string): <Result>(work: () => Result) => Result {
  return (work) => {
    try {
      return work();
    } catch (error) {
      throw explain(error, path);
    }
  };
}

/** SQLite's primary result codes. */
const sqlite = { busy: 5, locked: 6, readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 };

function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const unavailable = (what: string, hint: string, retryable = false) =>
    new Failure('state-unavailable', `The state database ${path} ${what}.`, { hint, retryable, cause: error });

  switch (resultCode(error)) {
    case sqlite.corrupt:
    case sqlite.notADatabase:
      return unavailable('is damaged', rebuildHint(path));
    case sqlite.busy:
    case sqlite.locked:
      return unavailable(
        'stayed locked by another process',
        'Try again. If it stays so, look who holds it: `fuser` names it.',
        true,
      );
    case sqlite.full:
      return unavailable('could not be written: the disk is full', 'Free some space on its disk.', true);
    case sqlite.readOnly:
    case sqlite.cannotOpen:
    case sqlite.io:
      return unavailable('could not be read or written', permissionHint(path));
  }
  if ('syscall' in error && 'code' in error) {
    return unavailable(`could not be opened (${String(error.code)})`, permissionHint(path));
  }
  return error;
}

/** Undefined when the error is not SQLite's. The low byte is the primary code, the rest its detail. */
function resultCode(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export function rebuildHint(path: string): string {
  return `Backups are not in it: move ${path} (with its -wal and -shm) away, then run \`tidemark catalog rebuild\`.`;
}

function permissionHint(path: string): string {
  return `Let the user that runs Tidemark read and write ${path} and its directory, or name another under \`state.path\`.`;
}

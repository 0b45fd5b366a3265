import { Failure } from '../../domain/failure.ts';

/** What a failed system call on a local repository means for people. Errors that are not the file system's stay as they are. */
export function explainRepositoryFault(error: unknown, name: string, location: string): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('syscall' in error) || !('code' in error))
    return error;
  const where = `repository ${name} (${location})`;

  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('disk-full', `There is no space left in ${where}.`, {
        hint: 'Free space on its disk, or point it to a bigger one. Nothing of the unfinished write was kept.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return unavailable(`Tidemark may not use ${where}: ${error.message}.`, {
        hint: `Let the user that runs Tidemark own it (\`chown -R USER ${location}\`), or mount it writable.`,
        retryable: false,
        cause: error,
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return unavailable(`A directory of ${where} is missing: ${error.message}.`, {
        hint: 'Check that its disk is mounted and the path is spelled right.',
        retryable: false,
        cause: error,
      });
    default:
      return unavailable(`${where} failed: ${error.message}.`, {
        hint: 'Look at its disk and at the kernel log (`dmesg`), then try again.',
        retryable: true,
        cause: error,
      });
  }
}

export function objectMissing(key: string, location: string): Failure {
  return new Failure('object-missing', `There is no object ${key} in ${location}.`, {
    hint: 'Somebody removed it, or the write never finished. `tidemark verify` tells what else is missing.',
  });
}

export function objectExists(key: string, location: string): Failure {
  return new Failure('object-exists', `The object ${key} is already in ${location}.`, {
    hint: 'What is written once is never overwritten. Look who else writes to this repository.',
  });
}

export function objectChanged(key: string, location: string): Failure {
  return new Failure('object-changed', `The object ${key} in ${location} is not the one that was read.`, {
    hint: 'Somebody replaced or removed it meanwhile, and it was left as it is. Try again.',
  });
}

function unavailable(message: string, details: { hint: string; retryable: boolean; cause: unknown }): Failure {
  return new Failure('repository-unavailable', message, details);
}

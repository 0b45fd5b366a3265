/** HTTP status of what the SDK threw; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
}

/** How often the SDK sent the request that failed. */
export function attemptsOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) return 1;
  return (error.$metadata as { attempts?: number } | undefined)?.attempts ?? 1;
}

/** There is no such object: HEAD answers have no code, only a status. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** Another object is there already, or is being written. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict');
}

/** The store has no conditional writes. */
export function isUnconditional(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotImplemented' || statusOf(error) === 501);
}

/** The store does not have this feature. */
export function isUnknownHere(error: unknown): boolean {
  return isUnconditional(error) || (error instanceof Error && error.name === 'MethodNotAllowed');
}

/** The multipart upload is there no more: removed, or completed already. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

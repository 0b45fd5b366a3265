/** The note in state that says where the second copy of a key lies. */
export function keyCopyNote(keyId: string): string {
  return `key-copy:${keyId}`;
}

/** The note in state that says when a key was found to be needed by no backup. */
export function keyRetiredNote(keyId: string): string {
  return `key-retired:${keyId}`;
}

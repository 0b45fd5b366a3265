/** The note in state that says where the second copy of a key lies. */
export function keyCopyNote(keyId: string): string {
  return `key-copy:${keyId}`;
}

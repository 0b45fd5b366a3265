import type { Terminal } from './cli-parts.ts';

/** Asks whoever sits at the terminal where the second copy of a new key lies; empty when nobody does, or knows yet. */
export async function askForCopy({ ask, err }: Terminal, fingerprint: string): Promise<string> {
  if (!ask) return '';
  err(
    `The key's fingerprint is ${fingerprint}. Without the key every backup is lost: copy its file to a safe place.\n`,
  );
  return (await ask('Where does the second copy lie? (empty for later): ')).trim();
}

/** What to do while nobody has said. */
export function copyAdvice(name: string, keyId: string, where = ''): string {
  return `Copy its file to a safe place elsewhere, then: ${name} keys confirm-copy ${keyId} "where it lies"${where}`;
}

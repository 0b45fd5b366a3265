import { keyRetiredNote } from '../domain/key-notes.ts';
import type { World } from './world.ts';

/** A key that encrypts, now or once more, is needed by the next backup at the latest. For every process that may take one. */
export function unretireKeys({ encryption, state }: Pick<World, 'encryption' | 'state'>): void {
  const retired = encryption.keys().filter(({ id, encrypts }) => encrypts && state.notes.get(keyRetiredNote(id)));
  for (const { id } of retired) state.notes.remove(keyRetiredNote(id));
}

import { access, open } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import { keyCopyNote } from '../domain/key-notes.ts';
import type { Founding } from '../surfaces/cli/cli-parts.ts';
import type { Around } from './around.ts';
import { readSettings } from './read-settings.ts';

/** What `init` does to the disk and to a new state database. */
export function makeFounding({ env, osUser }: Pick<Around, 'env' | 'osUser'>): Founding {
  return {
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    async writeConfiguration(path, text) {
      const file = await open(path, 'wx', 0o640).catch((error: NodeJS.ErrnoException) => {
        throw new Failure('usage', `${path} cannot be written (${error.code}).`, {
          cause: error,
          hint: 'Choose another with --config FILE.',
        });
      });
      await file.writeFile(text).finally(() => file.close());
    },
    async createKey(path, id) {
      const { createKeyFile } = await import('../adapters/crypto/key-file.ts');
      return createKeyFile(path, id);
    },
    async confirmKeyCopy(configFile, keyId, where) {
      // Passwords and tokens are seldom set yet: the state is opened without them.
      const { settings } = await readSettings(configFile, env);
      if (!settings)
        throw new Failure('internal', 'The new configuration cannot be read.', { hint: 'Please report it.' });
      const { openState } = await import('../adapters/state/open-state.ts');
      const state = openState({ path: settings.statePath });
      state.notes.set(keyCopyNote(keyId), where);
      state.audit.append({
        at: new Date(),
        actor: `shell:${osUser}`,
        via: 'shell',
        action: 'keys.copy-confirmed',
        subject: keyId,
      });
      state.close();
    },
    osUser,
    isSet: (variable) => env[variable] !== undefined,
  };
}

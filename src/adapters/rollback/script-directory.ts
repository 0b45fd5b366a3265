import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { migrationNamePattern } from '../../domain/migration/migration-fact.ts';
import type { FoundScript, RollbackScripts } from '../../ports/rollback-scripts.ts';

/** Files `rollback-NAME.sql` or `NAME.rollback.sql` of one directory, of at most so many bytes. */
export function scriptDirectory({ path, longest }: { path: string; longest: number }): RollbackScripts {
  return {
    place: path,
    async find(migration) {
      // A name that leads elsewhere never gets as far as a path.
      if (!migrationNamePattern.test(migration)) return { kind: 'missing', looked: [] };
      const root = await realpath(path).catch((error) => {
        throw new Failure('configuration', `The rollback scripts at ${path} cannot be looked at: ${error.message}`, {
          cause: error,
          hint: 'Check rollbacks.dir, and that the user who runs Tidemark may read it.',
        });
      });
      const looked = [`rollback-${migration}.sql`, `${migration}.rollback.sql`];
      const there: string[] = [];
      for (const name of looked) if (await exists(join(root, name))) there.push(name);
      const [file] = there;
      if (file === undefined) return { kind: 'missing', looked };
      if (there.length > 1) return unfit(`There are two: ${there.join(' and ')}. Remove the one that does not count.`);
      return read(root, file, longest);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function read(root: string, file: string, longest: number): Promise<FoundScript> {
  const real = await realpath(join(root, file)).catch(() => undefined);
  if (real === undefined) return unfit(`${file} is a link to what is not there.`);
  if (!real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    return unfit(`${file} is a link to what lies outside of ${root}. Put the script itself there.`);
  }
  // What it is must not change between looking and reading, and a pipe must not be waited for.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, isFile } = await handle.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
    if (!isFile) return unfit(`${file} is no file.`);
    const tooLong = unfit(`${file} is longer than ${longest} bytes: nobody reads that before approving.`);
    if (size > longest) return tooLong;
    const bytes = await handle.readFile();
    return bytes.length > longest ? tooLong : { kind: 'found', file, bytes };
  } finally {
    await handle.close();
  }
}

function unfit(problem: string): FoundScript {
  return { kind: 'unfit', problem };
}

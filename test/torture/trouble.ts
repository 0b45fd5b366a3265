import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FailingDisk } from './children/failing-disk.ts';
import type { FailingState } from './children/failing-state.ts';
import type { Place } from './place.ts';

/** The environment in which a bot meets its trouble, and how far it came. */
export interface Trouble {
  readonly env: Record<string, string>;
  /** How many operations there were, when the bot is dead. */
  count(): number;
}

/** A disk that fails below the repository. */
export function withDisk(
  { folder }: Pick<Place, 'folder'>,
  fault: Pick<FailingDisk, 'at' | 'meets' | 'lasting'>,
): Trouble {
  return preloaded(folder, 'failing-disk', 'TORTURE_DISK', { ...fault, under: join(folder, 'repository') });
}

/** A state database that takes no writes. */
export function withState({ folder }: Pick<Place, 'folder'>, fault: Pick<FailingState, 'at' | 'lasting'>): Trouble {
  return preloaded(folder, 'failing-state', 'TORTURE_STATE', fault);
}

function preloaded(folder: string, name: string, variable: string, fault: object): Trouble {
  const program = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  const countFile = join(folder, name);
  return {
    env: { NODE_OPTIONS: `--import="${program}"`, [variable]: JSON.stringify({ ...fault, countFile }) },
    count: () => Number(readFileSync(countFile, 'utf8')),
  };
}

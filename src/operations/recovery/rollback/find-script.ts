import { type ReadScript, readScript } from '../../../domain/rollback/read-script.ts';
import { sha256 } from '../../../domain/sha256.ts';
import type { World } from '../../world.ts';

export type Script =
  | {
      readonly kind: 'script';
      readonly file: string;
      /** SHA-256 of its bytes, hex. */
      readonly sum: string;
      readonly script: Extract<ReadScript, { kind: 'script' }>;
    }
  /** `problem` is a clause. */
  | { readonly kind: 'missing'; readonly problem: string; readonly mend: string }
  | { readonly kind: 'unfit'; readonly problem: string; readonly mend: string };

/** The script that leads a migration back, read whole and found fit to run. */
export async function findScript({ rollbackScripts }: World, source: string, name: string): Promise<Script> {
  const scripts = rollbackScripts?.get(source);
  if (!scripts) {
    const mend = 'Set rollbacks.dir to the folder of rollback scripts.';
    return { kind: 'missing', problem: 'no folder of rollback scripts is configured.', mend };
  }
  const found = await scripts.find(name);
  switch (found.kind) {
    case 'missing': {
      const [first = `rollback-${name}.sql`, second = `${name}.rollback.sql`] = found.looked;
      const problem = `${scripts.place} holds neither ${first} nor ${second}.`;
      return { kind: 'missing', problem, mend: `Write ${first} and put it there, then ask again.` };
    }
    case 'unfit':
      return { kind: 'unfit', problem: found.problem, mend: `Mend it in ${scripts.place}, then ask again.` };
    case 'found': {
      const { file, bytes } = found;
      const script = readScript(bytes);
      if (script.kind === 'script') return { kind: 'script', file, sum: sha256(bytes), script };
      return {
        kind: 'unfit',
        problem: `${file} is not run. ${script.problem}`,
        mend: `Mend it in ${scripts.place}, then ask again.`,
      };
    }
    default:
      return found satisfies never;
  }
}

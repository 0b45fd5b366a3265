import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';

export interface Import {
  /** Path from the project's root: `src/domain/job.ts`. */
  readonly from: string;
  /** A path like `from` for the project's own files, otherwise the module's name. */
  readonly to: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
}

/** Every `.ts` and `.tsx` file below a directory. */
export function codeBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => /\.tsx?$/.test(path) && statSync(path).isFile())
    .sort();
}

export function importsOf(path: string): Import[] {
  return importsIn(path, readFileSync(path, 'utf8'));
}

/** Static imports, re-exports and dynamic imports; what a dynamic import computes is shown as its source text. */
export function importsIn(path: string, text: string): Import[] {
  const { module } = parseSync(path, text);
  const found = [
    ...module.staticImports.map((each) => ({
      to: each.moduleRequest.value,
      typeOnly: each.entries.length > 0 && each.entries.every((entry) => entry.isType),
    })),
    ...module.staticExports
      .flatMap((each) => each.entries)
      .flatMap((entry) => (entry.moduleRequest ? [{ to: entry.moduleRequest.value, typeOnly: entry.isType }] : [])),
    ...module.dynamicImports.map((each) => ({
      to: text.slice(each.moduleRequest.start, each.moduleRequest.end).replace(/^['"`](.*)['"`]$/s, '$1'),
      typeOnly: false,
    })),
  ];
  return found.map(({ to, typeOnly }) => {
    const own = to.startsWith('.');
    return { from: path, to: own ? normalize(join(dirname(path), to)) : to, own, typeOnly };
  });
}

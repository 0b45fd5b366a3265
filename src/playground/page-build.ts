import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./page', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache', import.meta.url));

let built: Promise<string> | undefined;

/** The directory of the built page; builds it where its sources have changed. Once for a process. */
export function buildPage(): Promise<string> {
  built ??= buildWhereStale();
  return built;
}

async function buildWhereStale(): Promise<string> {
  const target = join(cache, `playground-page-${await fingerprint()}`);
  if (existsSync(join(target, 'index.html'))) return target;
  // Vite is big: nothing but a stale page loads it.
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'playground-page-new-'));
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), stylesByClass],
    build: { outDir: fresh, emptyOutDir: true, chunkSizeWarningLimit: 2_000 },
  });
  // Another process may have been quicker; either one's result is the same.
  await rename(fresh, target).catch(() => rm(fresh, { recursive: true }));
  await sweep(target);
  return target;
}

/**
 * slack-blocks-to-jsx gives every message the same id and hangs its styles on it; here they hang on its class, in a
 * layer of their own below the page's.
 */
const stylesByClass = {
  name: 'styles-by-class',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    id.includes('slack-blocks-to-jsx') && id.includes('style.css')
      ? `@layer library { ${code.replaceAll('#slack_blocks_to_jsx', '.slack_blocks_to_jsx').replaceAll('!important', '')} }`
      : undefined,
};

/** Of everything the page is made of: its own files and the build itself. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(source)).sort().map((name) => join(source, name));
  for (const name of [...names, fileURLToPath(import.meta.url)]) hash.update(name).update(await readFile(name));
  return hash.digest('hex').slice(0, 16);
}

async function sweep(keep: string): Promise<void> {
  const old = (await readdir(cache)).filter(
    (it) => /^playground-page-[0-9a-f]{16}$/.test(it) && join(cache, it) !== keep,
  );
  await Promise.all(old.map((it) => rm(join(cache, it), { recursive: true, force: true })));
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where a secret comes from. An empty text stands for no password. */
export type SecretReference = { readonly env: string } | { readonly file: string } | { readonly empty: true };

const wayToWrite = 'write { env: NAME } or { file: PATH }';

/** Secrets are never written in the configuration itself: it is shown, copied and committed. */
export const secretSchema = z.unknown().transform((value, context): SecretReference => {
  const wrong = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (value === undefined || value === null) return wrong(`is missing: ${wayToWrite}`);
  if (value === '') return { empty: true };
  if (typeof value === 'string' || typeof value === 'number') {
    return wrong(`is a secret written in the open, where everybody who sees this file reads it: ${wayToWrite}`);
  }
  const { env, file, ...others } = Object(value) as Record<string, unknown>;
  const extra = Object.keys(others);
  if (extra.length > 0) return wrong(`should hold env or file, not ${extra.join(', ')}: ${wayToWrite}`);
  if (env !== undefined && file !== undefined) return wrong(`has both env and file; ${wayToWrite}`);
  if (typeof env === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) return { env };
  if (typeof file === 'string' && file !== '') return { file };
  return wrong(`does not say where the secret is: ${wayToWrite}`);
});

export type ResolvedSecret = { kind: 'secret'; value: string } | { kind: 'problem'; message: string };

/** Fetches the secret. An environment variable that is set but empty is an empty secret; one line end behind a file's text is dropped. */
export async function resolveSecret(
  reference: SecretReference,
  { env, path }: { env: NodeJS.ProcessEnv; path: (relative: string) => string },
): Promise<ResolvedSecret> {
  if ('empty' in reference) return { kind: 'secret', value: '' };
  if ('env' in reference) {
    const value = env[reference.env];
    return value === undefined
      ? {
          kind: 'problem',
          message: `comes from the environment variable ${reference.env}, which is not set: set it, even to nothing`,
        }
      : { kind: 'secret', value };
  }
  const file = path(reference.file);
  try {
    return { kind: 'secret', value: (await readFile(file, 'utf8')).replace(/\r?\n$/, '') };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return {
      kind: 'problem',
      message: `comes from the file ${file}, which cannot be read (${reason}): create it or let Tidemark read it`,
    };
  }
}

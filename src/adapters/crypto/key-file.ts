import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure.ts';

/**
 * A key and its name. In a file it is one line of text, easy to keep a second copy of on paper or in a safe:
 *
 *     tidemark-key-v1:<id>:<key, 32 bytes in base64>:<checksum, 8 hex digits>
 *
 * The checksum covers id and key, so that a mistyped copy is found before it is needed.
 */
export interface Key {
  id: string;
  bytes: Uint8Array;
  fingerprint: string;
}

/** A key read from a file; `warnings` are for the operator's eyes (a file that others may read). */
export interface KeyFromFile extends Key {
  warnings: string[];
}

/** Makes a random key and writes it where nothing was before, readable by its owner alone, safely on disk. */
export async function createKeyFile(path: string, id: string): Promise<Key> {
  if (!KEY_ID.test(id)) {
    throw new Failure('usage', `"${id}" cannot name a key.`, {
      hint: 'Use 1 to 64 letters, digits, dots, dashes and underscores, for example k-2026-11.',
    });
  }
  const key = keyOf(id, randomBytes(32));
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('key-unreadable', `The key file ${path} cannot be created: ${error.message}`, {
      cause: error,
      hint:
        error.code === 'EEXIST'
          ? 'A key is never overwritten: what it encrypted would be lost. Choose another file, or use the key that is there.'
          : `Check that ${dirname(path)} exists and that you may write there.`,
    });
  });
  try {
    await file.writeFile(keyLine(key));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(path));
  return key;
}

/** Fails with `key-unreadable`, saying what is wrong with the file and what to do. */
export async function readKeyFile(path: string): Promise<KeyFromFile> {
  const unreadable = (what: string, hint: string, cause?: unknown) =>
    new Failure('key-unreadable', `The key file ${path} ${what}.`, { hint, cause });

  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? unreadable('does not exist', 'Put the second copy of the key there, or correct its path.', error)
      : unreadable(`cannot be read (${error.code})`, 'Let the user who runs Tidemark read it.', error);
  });
  try {
    const { mode, size } = await file.stat();
    if (size > MOST_BYTES) throw unreadable('is too long for a key', 'Check its path: this is some other file.');
    const key = parseKey((await file.readFile('utf8')).trim(), unreadable);
    const shared = (mode & 0o077) !== 0;
    return { ...key, warnings: shared ? [`Others may read the key file ${path}: run chmod 600 ${path}`] : [] };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable('cannot be read', 'Check that it is a file and that its disk is well.', error);
  } finally {
    await file.close();
  }
}

/** The first 64 bits of a hash of the key, in groups of four: tells keys apart, tells nothing about them. */
export function fingerprint(bytes: Uint8Array): string {
  return tagged('tidemark key fingerprint v1', bytes)
    .slice(0, 16)
    .replace(/(.{4})(?=.)/g, '$1 ');
}

/** A key made of bytes that are already at hand. Copies them. */
export function keyOf(id: string, bytes: Uint8Array): Key {
  return { id, bytes: Uint8Array.from(bytes), fingerprint: fingerprint(bytes) };
}

function parseKey(line: string, unreadable: (what: string, hint: string) => Failure): Key {
  if (line === '') throw unreadable('is empty', SECOND_COPY);
  const [format, id = '', encoded = '', sum = '', ...rest] = line.split(':');
  if (format !== FORMAT) throw unreadable('is not a Tidemark key', `It should begin with ${FORMAT}. Check its path.`);
  if (!KEY_ID.test(id) || rest.length > 0) throw unreadable('is not well formed', SECOND_COPY);

  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 32 || sum.length < CHECKSUM_DIGITS) throw unreadable('is cut short', SECOND_COPY);
  if (bytes.length > 32 || bytes.toString('base64') !== encoded) throw unreadable('is not well formed', SECOND_COPY);
  if (sum !== checksum(id, bytes)) {
    throw unreadable('does not match its own checksum', `It was mistyped or damaged. ${SECOND_COPY}`);
  }
  return keyOf(id, bytes);
}

function keyLine(key: Key): string {
  return `${FORMAT}:${key.id}:${Buffer.from(key.bytes).toString('base64')}:${checksum(key.id, key.bytes)}\n`;
}

function checksum(id: string, bytes: Uint8Array): string {
  return tagged(`tidemark key checksum v1 ${id}`, bytes).slice(0, CHECKSUM_DIGITS);
}

function tagged(domain: string, bytes: Uint8Array): string {
  return createHash('sha256').update(`${domain}\0`).update(bytes).digest('hex');
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const FORMAT = 'tidemark-key-v1';
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;
const CHECKSUM_DIGITS = 8;
const MOST_BYTES = 4096;
const SECOND_COPY = 'Compare it with its second copy and put that in its place.';

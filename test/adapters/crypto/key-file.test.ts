import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyFile, fingerprint, readKeyFile } from '../../../src/adapters/crypto/key-file.ts';

let directory: string;
let line: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-key-'));
  await createKeyFile(at('good.key'), 'k-2026-11');
  line = await readFile(at('good.key'), 'utf8');
});
afterAll(() => rm(directory, { recursive: true }));

describe('reading a key file fails with a next step when', () => {
  const cases: [string, () => string | Uint8Array, RegExp][] = [
    ['it is empty', () => '\n', /is empty/],
    ['it is another file', () => '-----BEGIN PRIVATE KEY-----', /not a Tidemark key/],
    ['its end is missing', () => line.slice(0, -9), /cut short/],
    ['half the key is missing', () => line.slice(0, 50), /cut short/],
    ['there is a fifth field', () => `${line.trim()}:more`, /not well formed/],
    ['a character of the key was mistyped', () => swapAt(line, 30), /checksum/],
    ['a character of the name was mistyped', () => line.replace('k-2026-11', 'k-2026-12'), /checksum/],
    ['a character of the checksum was mistyped', () => swapAt(line, line.length - 2), /checksum/],
    ['it is far too long', () => line.repeat(100), /too long/],
    ['it is not text', () => Buffer.alloc(60, 0xfe), /not a Tidemark key/],
  ];
  test.each(cases)('%s', async (_name, content, message) => {
    await writeFile(at('bad.key'), content());
    await expect(readKeyFile(at('bad.key'))).rejects.toMatchObject({
      code: 'key-unreadable',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  test('it does not exist, or is a directory', async () => {
    await expect(readKeyFile(at('nowhere.key'))).rejects.toMatchObject({ code: 'key-unreadable' });
    await expect(readKeyFile(directory)).rejects.toMatchObject({ code: 'key-unreadable' });
  });
});

test('no failure ever prints the key', async () => {
  const secret = line.split(':')[2] ?? '';
  await writeFile(at('bad.key'), swapAt(line, line.length - 2));
  const failure = await readKeyFile(at('bad.key')).catch((error) => `${error.message} ${error.hint}`);
  expect(failure).not.toContain(secret.slice(0, 12));
});

test('a key file is never overwritten', async () => {
  await expect(createKeyFile(at('good.key'), 'k-other')).rejects.toMatchObject({
    code: 'key-unreadable',
    hint: expect.stringContaining('never overwritten'),
  });
  expect(await readFile(at('good.key'), 'utf8')).toBe(line);
});

test.each(['', 'two words', 'a:b', 'ä', 'x'.repeat(65)])('a key cannot be named "%s"', async (id) => {
  await expect(createKeyFile(at('never.key'), id)).rejects.toMatchObject({ code: 'usage' });
});

test('a new key file is its owner’s alone and reads back as the same key', async () => {
  const made = await createKeyFile(at('new.key'), 'k1');
  expect((await stat(at('new.key'))).mode & 0o777).toBe(0o600);
  expect(await readKeyFile(at('new.key'))).toEqual({ ...made, warnings: [] });
});

test('a copy with spaces or another line ending around it is still the key', async () => {
  await writeFile(at('copy.key'), `  ${line.trim()}\r\n\n`);
  expect((await readKeyFile(at('copy.key'))).id).toBe('k-2026-11');
});

test('a key that others may read comes with a warning', async () => {
  await writeFile(at('shared.key'), line);
  await chmod(at('shared.key'), 0o640);
  expect((await readKeyFile(at('shared.key'))).warnings).toEqual([expect.stringContaining('chmod 600')]);
});

test('a fingerprint is 16 hex digits in groups of four, and differs between keys', () => {
  const one = fingerprint(new Uint8Array(32).fill(1));
  expect(one).toMatch(/^([0-9a-f]{4} ){3}[0-9a-f]{4}$/);
  expect(one).not.toBe(fingerprint(new Uint8Array(32).fill(2)));
  expect(one).toBe(fingerprint(new Uint8Array(32).fill(1)));
});

function swapAt(text: string, index: number): string {
  const other = text[index] === 'A' ? 'B' : text[index] === '0' ? '1' : text[index] === '1' ? '0' : 'A';
  return text.slice(0, index) + other + text.slice(index + 1);
}

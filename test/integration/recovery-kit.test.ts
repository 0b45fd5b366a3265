import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyEncryption } from '../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile, type Key } from '../../src/adapters/crypto/key-file.ts';
import { flipped } from '../support/flipped.ts';

const RECOVER = join(import.meta.dirname, '../../src/recovery-kit/recover.mjs');
const SET = '20261123T020000Z-full-alumni-x7k2';
const MIB = 1024 * 1024;
const STRUCTURE = 'parts/010-structure.sql.zst';
const DATA = 'parts/020-data.sql.zst';

const plaintexts = new Map([
  [STRUCTURE, Buffer.from('CREATE TABLE `t` (`id` int);\n')],
  [DATA, randomBytes(2 * MIB + 77)],
  ['parts/030-events.sql.zst', Buffer.alloc(0)],
]);

let directory: string;
let pristine: string;
let set: string;
let keyFile: string;
let key: Key;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-recover-'));
  keyFile = join(directory, 'k.key');
  key = await createKeyFile(keyFile, 'k-2026-11');
  await createKeyFile(join(directory, 'other.key'), 'k-other');
  pristine = await writeSet(join(directory, 'pristine'));
});
beforeEach(async () => {
  set = join(directory, 'set');
  await rm(set, { recursive: true, force: true });
  await cp(pristine, set, { recursive: true });
});
afterAll(() => rm(directory, { recursive: true }));

describe('recover.mjs refuses with status 4', () => {
  const flips = (length: number) => [
    ...[0, 1, 2, 3, 20, 35, 36, 60],
    ...Array.from({ length: 9 }, (_, step) => Math.floor((length * step) / 9)),
    ...Array.from({ length: 11 }, (_, step) => length - 1 - step * 7),
  ];

  test('a manifest in which a byte was flipped, anywhere in its header, its frame or its tags', async () => {
    const original = await readFile(join(set, 'manifest'));
    for (const index of flips(original.length)) await expectRefusal('manifest', flipped(original, index));
  });

  test('a keys object in which a byte was flipped', async () => {
    const original = await readFile(join(set, 'keys'));
    for (const index of flips(original.length)) await expectRefusal('keys', flipped(original, index));
  });

  test('a part in which a byte was flipped, before it lets out a byte of that frame', async () => {
    const original = await readFile(join(set, DATA));
    const header = original.length - (2 * MIB + 77) - 2 * 32 - 40;
    const frame = MIB + 32;
    const places = [5, 100, header - 20, header - 5, header + 2, header + 10, header + 99, header + frame - 3];
    const later = [header + frame + 3, header + 2 * frame + 6, header + 2 * frame + 22, original.length - 1];
    for (const index of [...places, ...later]) {
      await writeFile(join(set, DATA), flipped(original, index));
      const { status, stdout, stderr } = await recover('--key', keyFile, set, '--part', DATA, '--stdout');
      expect(status, `byte ${index}: ${stderr}`).toBe(4);
      const wholeFrames = Math.max(0, Math.floor((index - header) / frame));
      expect(stdout.length).toBe(wholeFrames * MIB);
      expect(stdout.equals((plaintexts.get(DATA) ?? Buffer.alloc(0)).subarray(0, stdout.length))).toBe(true);
    }
    expect((await recover('--key', keyFile, set)).status).toBe(4);
  });

  test('anything cut short or followed by something', async () => {
    for (const name of ['keys', 'manifest', STRUCTURE]) {
      const original = await readFile(join(set, name));
      for (const end of [0, 2, 40, original.length - 17, original.length - 1]) {
        await expectRefusal(name, original.subarray(0, end));
      }
      await expectRefusal(name, Buffer.concat([original, Buffer.from([0])]));
      await writeFile(join(set, name), original);
    }
  });

  test('a missing part, a part in the place of another, and a manifest of another set', async () => {
    await cp(join(set, STRUCTURE), join(set, DATA));
    const swapped = await recover('--key', keyFile, set);
    expect(swapped).toMatchObject({ status: 4, stderr: expect.stringContaining('1 of 3 parts are damaged') });
    const streamed = await recover('--key', keyFile, set, '--part', DATA, '--stdout');
    expect(streamed).toMatchObject({ status: 4, stderr: expect.stringContaining(`it is ${STRUCTURE}`) });

    await rm(join(set, DATA));
    const missing = await recover('--key', keyFile, set);
    expect(missing.status).toBe(4);
    expect(String(missing.stdout)).toContain(`MISSING  ${DATA}`);

    const other = await writeSet(join(directory, 'elsewhere'), 'another-set');
    await cp(join(other, 'manifest'), join(set, 'manifest'));
    expect(await recover('--key', keyFile, set)).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('another-set'),
    });
  });

  test('a part that is authentic but not the one the manifest names, leaving no file', async () => {
    const setKey = await keyEncryption([key]).openSetKey(SET, await readFile(join(set, 'keys')));
    await writeFile(join(set, STRUCTURE), await setKey.encryptObject(STRUCTURE, Buffer.from('DROP TABLE `t`;\n')));
    const out = join(set, 'out');
    expect(await recover('--key', keyFile, set, '--out', out)).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('not the part that the manifest names'),
    });
    expect(await readdir(out)).toEqual([]);
  });

  async function expectRefusal(name: string, content: Uint8Array): Promise<void> {
    await writeFile(join(set, name), content);
    const { status, stderr } = await recover('--key', keyFile, set);
    expect(status, stderr).toBe(4);
    expect(stderr).not.toContain('    at ');
  }
});

describe('recover.mjs stops with status 2', () => {
  test('without the right key, naming the key it wants', async () => {
    const wanted = expect.stringContaining(`wants the key k-2026-11 (fingerprint ${key.fingerprint})`);
    expect(await recover(set)).toMatchObject({ status: 2, stderr: wanted });
    expect(await recover('--key', join(directory, 'other.key'), set)).toMatchObject({ status: 2, stderr: wanted });
  });

  test('with a mistyped or missing key file', async () => {
    const mistyped = join(directory, 'mistyped.key');
    await writeFile(mistyped, (await readFile(keyFile, 'utf8')).replace('k-2026-11', 'k-2026-12'));
    expect(await recover('--key', mistyped, set)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('checksum'),
    });
    expect(await recover('--key', join(directory, 'none'), set)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be read'),
    });
  });

  test.each([
    ['no set', []],
    ['an unknown option', ['--nonsense', 'x']],
    ['a directory that is no set', ['--key', 'KEY', '/']],
    ['a part there is not', ['--key', 'KEY', 'SET', '--part', 'nope', '--stdout']],
    ['a part and nowhere to put it', ['--key', 'KEY', 'SET', '--part', 'nope']],
  ])('given %s', async (_what, line) => {
    const given = line.map((word) => (word === 'KEY' ? keyFile : word === 'SET' ? set : word));
    const { status, stderr } = await recover(...given);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/^recover: /);
    expect(stderr).not.toContain('    at ');
  });

  test('rather than overwrite a file', async () => {
    const out = join(set, 'out');
    await mkdir(out);
    await writeFile(join(out, '010-structure.sql.zst'), 'mine');
    expect((await recover('--key', keyFile, set, '--out', out)).status).toBe(2);
    expect(await readFile(join(out, '010-structure.sql.zst'), 'utf8')).toBe('mine');
  });
});

test('recover.mjs lists and checks a whole set', async () => {
  const { status, stdout } = await recover('--key', join(directory, 'other.key'), '--key', keyFile, set);
  expect(status).toBe(0);
  for (const name of plaintexts.keys()) expect(String(stdout)).toContain(`whole    ${name}`);
  expect(String(stdout)).toContain('Every part is whole.');
});

test('recover.mjs decrypts every part byte for byte, and prints what to run', async () => {
  const out = join(set, "o'ut");
  const { status, stdout } = await recover('--key', keyFile, set, '--out', out);
  expect(status).toBe(0);
  for (const [name, plaintext] of plaintexts) {
    const file = join(out, name.slice('parts/'.length));
    expect((await readFile(file)).equals(plaintext)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  const commands = String(stdout)
    .split('\n')
    .filter((line) => line.startsWith('zstd'));
  expect(commands).toHaveLength(3);
  expect(commands[0]).toMatch(/^zstd -dcq '.*o'\\''ut\/010-structure.sql.zst' \| mysql --binary-mode .*1G$/);
  expect(commands[1]).toMatch(/ --database='alumni'$/);
});

test('recover.mjs streams one part', async () => {
  const { status, stdout } = await recover('--key', keyFile, set, '--part', '020-data.sql.zst', '--stdout');
  expect(status).toBe(0);
  expect(stdout.equals(plaintexts.get(DATA) ?? Buffer.alloc(0))).toBe(true);
});

async function writeSet(at: string, id = SET): Promise<string> {
  const { setKey, keysObject } = await keyEncryption([key]).createSetKey(id);
  await mkdir(join(at, 'parts'), { recursive: true });
  const parts = [];
  for (const [name, plaintext] of plaintexts) {
    const message = await buffer(Readable.from([plaintext]).pipe(setKey.encryptPart(name)));
    await writeFile(join(at, name), message);
    parts.push({
      name,
      role: name.replace(/.*-|\..*/g, ''),
      format: 'sql',
      encoding: 'zstd',
      ...(name === DATA ? { schema: 'alumni' } : {}),
      rawBytes: plaintext.length,
      storedBytes: message.length,
      sha256: createHash('sha256').update(message).digest('hex'),
    });
  }
  const manifest = { formatVersion: 1, id, kind: 'full', source: { flavour: 'mysql' }, parts };
  await writeFile(join(at, 'manifest'), await setKey.encryptObject('manifest', Buffer.from(JSON.stringify(manifest))));
  await writeFile(join(at, 'keys'), keysObject);
  return at;
}

async function recover(...line: string[]): Promise<{ status: number | null; stdout: Buffer; stderr: string }> {
  const child = spawn(process.execPath, [RECOVER, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  return { status: await ended, stdout, stderr: stderr.toString('utf8') };
}

#!/usr/bin/env node
// recover.mjs reads a Tidemark backup set without Tidemark. It needs Node 18 or later and nothing else; `zstd` and
// `mysql` then load what it decrypts. It changes nothing in the set, holds a few MiB in memory whatever the size,
// and lets out no byte that it has not authenticated. A set is a directory:
//   keys       the set's own random key, encrypted under your key file, under a key of AWS KMS, or under both
//   manifest   what the set holds: JSON, encrypted under the set's key
//   parts/*    SQL, compressed by zstd, encrypted under the set's key, to be loaded in the order of the manifest
// A day of binlogs is such a directory too. It has no manifest; instead
//   segments/* pieces of the server's own binlog files, compressed and encrypted in the same way: TIMELINE/FILE/START-END.zst
//   facts/*    what each segment is: JSON, encrypted
// All of them are messages of the AWS Encryption SDK (format 2, suite 0x0478), so that any Encryption SDK with a raw AES
// keyring opens them as well. All there is to such a message is in `readMessage` below.

import { createDecipheriv, createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

const USAGE = `node recover.mjs --key FILE [--key FILE ...] SET_DIR                       checks the set and lists its parts
node recover.mjs --key FILE SET_DIR --out DIR                          decrypts all parts, prints what to run
node recover.mjs --key FILE SET_DIR --part NAME --out DIR              decrypts one part
node recover.mjs --key FILE SET_DIR --part NAME --stdout | zstd -dc    decrypts one part to standard output
node recover.mjs --kms SET_DIR                                         prints how to ask AWS KMS for the data key
node recover.mjs --data-key FILE SET_DIR ...                           all the same with that data key, in base64

Exit status: 0 done, 1 failed, 2 wrong usage or key, 4 the set is damaged or was altered.`;

main().catch((error) => {
  const isKnown = error.status !== undefined || error.code !== undefined;
  process.stderr.write(`recover: ${isKnown ? error.message : error.stack}\n`);
  process.exitCode = error.status ?? 1;
});

async function main() {
  const { values, directory } = readCommandLine();
  if (values.help) return print(USAGE);
  if (values.kms) return printKmsCommand(directory);

  const keys = await Promise.all(values.key.map(readKeyFile));
  const set = await openSet(directory, keys, values['data-key'] && (await readDataKey(values['data-key'])));
  const wanted = set.parts.filter(({ name, target }) => [undefined, name, target].includes(values.part));
  if (wanted.length === 0 && values.part) throw stop(2, `There is no part ${values.part}: list them without --part.`);

  if (values.stdout) return decryptPart(set, wanted[0], process.stdout);
  if (values.out !== undefined) return extract(set, wanted, values.out);
  return check(set);
}

/** Compares every part with the manifest, which is authenticated: a part that has its SHA-256 is whole. */
async function check({ directory, manifest, parts }) {
  print(`${manifest.id}: ${manifest.kind}, ${parts.length} parts`);
  if (manifest.position) print(`Binlogs lead on from ${manifest.position.file}, position ${manifest.position.offset}.`);
  print('');
  let damaged = 0;
  for (const part of parts) {
    const sha256 = createHash('sha256');
    const isThere = existsSync(join(directory, part.name));
    if (isThere) await pipeline(readObject(directory, part.name), sha256);
    const verdict = !isThere ? 'MISSING' : sha256.digest('hex') !== part.sha256 ? 'DAMAGED' : 'whole  ';
    if (verdict !== 'whole  ') damaged += 1;
    print(`${verdict}  ${part.name}  ${part.role}, ${part.storedBytes} bytes`);
  }
  if (damaged > 0) throw stop(4, `${damaged} of ${parts.length} parts are damaged. Use another copy of this backup.`);
  print('\nEvery part is whole. Decrypt them with --out DIR.');
}

/** Decrypts into files, each of which gets its name only when it is complete and right. */
async function extract(set, parts, out) {
  await mkdir(out, { recursive: true, mode: 0o700 });
  for (const part of parts) {
    const target = join(out, part.target);
    if (existsSync(target)) throw stop(2, `${target} is there already. Choose an empty directory.`);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await decryptPart(set, part, createWriteStream(`${target}.partial`, { mode: 0o600 }));
      await rename(`${target}.partial`, target);
    } finally {
      await rm(`${target}.partial`, { force: true });
    }
    process.stderr.write(`decrypted ${target}\n`);
  }
  print(set.manifest.isDay ? binlogCommands(out) : commandsFor(set.manifest, parts, out));
}

/** What to run next, as a shell script. Data needs structure, so the order of the manifest is kept. */
function commandsFor({ source }, parts, out) {
  const program = /maria/i.test(source?.flavour ?? '') ? 'mariadb' : 'mysql';
  const client = `${program} --binary-mode --default-character-set=utf8mb4 --max-allowed-packet=1G`;
  const events = '# Events start to run at once where event_scheduler is on.\n';
  const notes = { events, accounts: '# Read the users and grants first; leave out those that the target has.\n' };
  const lines = parts.map(({ name, role, encoding, schema }) => {
    const open = `${encoding === 'zstd' ? 'zstd -dcq' : 'cat'} ${quoted(join(out, basename(name)))}`;
    return `${notes[role] ?? ''}${open} | ${client}${schema === undefined ? '' : ` --database=${quoted(schema)}`}`;
  });
  return `# For bash, in this order. The client takes host, user and password from ~/.my.cnf.
set -euo pipefail  # and give the target max_allowed_packet = 1G
${lines.join('\n')}`;
}

/** The server's own files again. Which of them are replayed from where, RECOVER.md beside the days says. */
function binlogCommands(out) {
  return `# For bash, when all days are decrypted into the same directory: each file is its segments, one behind the other.
for file in ${quoted(out)}/*/*/; do zstd -dcq "$file"*.zst > "\${file%/}.log"; done`;
}

async function openSet(directory, keys, dataKey) {
  const set = { directory, id: '', key: Buffer.alloc(0) };
  const keysObject = readMessage(readObject(directory, 'keys'), 'keys', (header) => {
    set.id = header.context.set;
    return dataKey ?? dataKeyUnder(keys, header);
  });
  set.key = await collect(keysObject).catch((error) => {
    throw dataKey ? stop(error.status, `${error.message} Or the data key is not of this set: see --kms.`) : error;
  });
  if (existsSync(join(directory, 'segments'))) return openDay(set);
  const manifest = JSON.parse(await collect(readPart(set, 'manifest', readObject(directory, 'manifest'))));
  if (manifest.formatVersion !== 1)
    throw stop(1, `This set has format ${manifest.formatVersion}: use its own recover.mjs.`);
  const isSafe = manifest.parts.every(({ name }) => /^parts\/[A-Za-z0-9][\w.-]*$/.test(name));
  if (manifest.id !== set.id || !isSafe) throw stop(4, 'The manifest is not one of Tidemark.');
  return { ...set, manifest, parts: manifest.parts.map((part) => ({ ...part, target: basename(part.name) })) };
}

/** A day of binlogs. A segment without facts counts for nothing, nor does one that lies within a larger one. */
async function openDay(set) {
  const found = await readdir(join(set.directory, 'facts'), { recursive: true, withFileTypes: true });
  const names = found.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
  const all = [];
  for (const { parentPath, path = parentPath, name } of names) {
    const object = join(path, name).slice(set.directory.length).replace(/^\/+/, '');
    const facts = JSON.parse(await collect(readPart(set, object, readObject(set.directory, object))));
    if (facts.formatVersion !== 1) throw stop(1, `Segments of format ${facts.formatVersion} need a newer recover.mjs.`);
    const target = object.replace(/^facts\//, '').replace(/\.json$/, '.zst');
    const role = `${facts.file} from ${facts.start} to ${facts.end}`;
    all.push({ ...facts, name: `segments/${target}`, target, role, at: dirname(target) });
  }
  const holds = (a, b) => a !== b && a.at === b.at && a.start <= b.start && a.end >= b.end;
  const parts = all.filter((segment) => !all.some((other) => holds(other, segment)));
  const kind = 'binlogs of a day';
  return {
    ...set,
    manifest: { id: set.id, kind, isDay: true },
    parts: parts.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Decrypts one part into a stream, and makes sure that it is the very one that the manifest names. */
async function decryptPart(set, part, output) {
  const sha256 = createHash('sha256');
  async function* hashed(source) {
    for await (const chunk of source) {
      sha256.update(chunk);
      yield chunk;
    }
  }
  await pipeline(readPart(set, part.name, hashed(readObject(set.directory, part.name))), output);
  if (sha256.digest('hex') !== part.sha256) throw stop(4, `${part.name} is not the part that the manifest names.`);
}

async function* readObject(directory, name) {
  try {
    yield* createReadStream(join(directory, name), { highWaterMark: 1024 * 1024 });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw name === 'keys'
      ? stop(2, `${directory} is not a backup set: it has no "keys".`)
      : stop(4, `${name} is missing.`);
  }
}

/** The manifest or a part: its data key lies under the set's key, and it is bound to this set and this name. */
function readPart(set, name, source) {
  return readMessage(source, name, ({ context, contextBytes, wrappedKeys: [wrapped] }) => {
    if (context.tidemark !== '1' || context.set !== set.id || context.part !== name) {
      throw stop(4, `${name} is not what it should be: it is ${context.part} of ${context.set}.`);
    }
    return unwrap(wrapped, contextBytes, set.key) ?? refuse(name, 'its header');
  });
}

/** The `keys` object: its data key lies under one key or several, any of which will do. Their names stand in it twice. */
function dataKeyUnder(keys, { context, contextBytes, wrappedKeys }) {
  const ways = waysToOpen(context, wrappedKeys);
  const names = ways.map(({ id, isKms, fingerprint }) => `${id} (${isKms ? 'AWS KMS' : 'fingerprint'} ${fingerprint})`);
  const wanted = names.join(' or ');
  const atHand = ways.filter(({ id, isKms }) => !isKms && keys.some((key) => key.id === id));
  for (const { id, wrapped } of atHand) {
    const dataKey = unwrap(wrapped, contextBytes, keys.find((key) => key.id === id).bytes);
    if (dataKey !== undefined) return dataKey;
  }
  if (atHand.length > 0) refuse('keys', `it, or your key file, which should be ${wanted}`);
  const byFile = ways.every(({ isKms }) => isKms) ? '' : ' Give its file with --key.';
  const byKms = ways.some(({ isKms }) => isKms) ? ' AWS KMS can open it: --kms prints how to ask it.' : '';
  throw stop(2, `This set wants the key ${wanted}.${byFile}${byKms}`);
}

/** The keys that a `keys` object says it lies under, in the order of its wrappings. */
function waysToOpen({ tidemark, part, key = '', fingerprint = '' }, wrappedKeys) {
  const [ids, fingerprints] = [key.split(', '), fingerprint.split(', ')];
  const ways = wrappedKeys.map((wrapped, index) => {
    const isKms = wrapped.provider === 'aws-kms';
    const isFile = wrapped.provider === 'tidemark' && wrapped.name === ids[index];
    const isArn = isKms && `${wrapped.info}` === fingerprints[index] && /^arn:[\w-]+:kms:[\w/:-]+$/.test(wrapped.info);
    return { wrapped, isKms, id: ids[index], fingerprint: fingerprints[index], isNamed: isFile || isArn };
  });
  const isOurs = tidemark === '1' && part === 'keys' && ways.length === ids.length && ways.length > 0;
  return isOurs && ways.every(({ isNamed }) => isNamed) ? ways : refuse('keys', 'its header');
}

/** What asks AWS KMS for the data key of `keys`. This program cannot: that takes AWS's own, and your credentials. */
async function printKmsCommand(directory) {
  const { header } = await readHeader(byteReader(readObject(directory, 'keys'), 'keys'), 'keys');
  const services = waysToOpen(header.context, header.wrappedKeys).filter(({ isKms }) => isKms);
  if (services.length === 0) throw stop(2, 'This set lies under no key of AWS KMS: give its key file with --key.');
  const context = quoted(JSON.stringify(header.context));
  const commands = services.map(({ fingerprint: arn, wrapped }) => {
    const where = `--region ${quoted(arn.split(':')[3] ?? '')} --key-id ${quoted(arn)}`;
    return `printf %s ${wrapped.ciphertext.toString('base64')} | base64 -d | aws kms decrypt ${where} \\
  --ciphertext-blob fileb:///dev/stdin --encryption-context ${context} --query Plaintext --output text`;
  });
  print(`# For sh. Prints the data key that recover.mjs wants with --data-key; needs kms:Decrypt.
${commands.join(' ||\n')}`);
}

/** A raw AES wrapping: AES-256-GCM over 32 bytes, bound to the message's context. Its info ends with the IV. */
function unwrap(wrapped, contextBytes, key) {
  if (wrapped?.info.length < 20 || wrapped?.ciphertext.length !== 48) return undefined;
  const { info, ciphertext } = wrapped;
  return open(key, info.subarray(-12), contextBytes, ciphertext.subarray(0, 32), ciphertext.subarray(32));
}

/** A key file is one line: tidemark-key-v1:<id>:<32 bytes in base64>:<checksum>. */
async function readKeyFile(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw stop(2, `The key file ${path} cannot be read: ${error.message}`);
  });
  const [format, id, encoded, checksum] = text.trim().split(':');
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (format !== 'tidemark-key-v1' || bytes.length !== 32) throw stop(2, `${path} is not a whole Tidemark key.`);
  const hash = createHash('sha256').update(`tidemark key checksum v1 ${id}\0`).update(bytes).digest('hex');
  if (checksum !== hash.slice(0, 8))
    throw stop(2, `The key in ${path} fails its checksum: it was mistyped or damaged.`);
  return { id, bytes };
}

/** What `aws kms decrypt` printed: 32 bytes in base64. */
async function readDataKey(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw stop(2, `The data key in ${path} cannot be read: ${error.message}`);
  });
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== 32) throw stop(2, `${path} does not hold a data key: see --kms.`);
  return bytes;
}

/**
 * Yields the plaintext of one AWS Encryption SDK message, frame by frame, each only after its tag was checked.
 *   header: version 2 (1 byte), suite (2), message id (32), context (2 + n), wrapped keys (2 + each 3 × (2 + n)),
 *           content type 2 = framed (1), frame length (4), key commitment (32), then a tag over all of it (16)
 *   frame:  sequence number (4), IV (12), ciphertext (frame length), tag (16)
 *   last:   0xffffffff (4), sequence number (4), IV (12), length (4), ciphertext (length), tag (16), and nothing more
 * `dataKeyFor(header)` checks the context and unwraps the data key.
 */
async function* readMessage(source, name, dataKeyFor) {
  const take = byteReader(source, name);
  const { header, messageId, frameLength, commitment, raw } = await readHeader(take, name);

  const dataKey = dataKeyFor(header);
  const derive = (label) => Buffer.from(hkdfSync('sha512', dataKey, messageId, label, 32));
  if (!timingSafeEqual(derive('COMMITKEY'), commitment)) refuse(name, 'its key');
  const key = derive('\x04\x78DERIVEKEY');
  if (!open(key, Buffer.alloc(12), raw, Buffer.alloc(0), await take(16))) refuse(name, 'its header');

  for (let sequence = 1; ; sequence += 1) {
    const mark = (await take(4)).readUInt32BE();
    const isLast = mark === 0xffffffff;
    const number = isLast ? (await take(4)).readUInt32BE() : mark;
    const iv = await take(12);
    const length = isLast ? (await take(4)).readUInt32BE() : frameLength;
    if (number !== sequence || !iv.equals(bigEndian(12, sequence)) || length > frameLength) {
      refuse(name, `frame ${sequence}`);
    }
    const label = Buffer.from(`AWSKMSEncryptionClient ${isLast ? 'Final ' : ''}Frame`);
    const bound = Buffer.concat([messageId, label, bigEndian(4, sequence), bigEndian(8, length)]);
    const clear = open(key, iv, bound, await take(length), await take(16)) ?? refuse(name, `frame ${sequence}`);
    if (isLast && (await take(1, true)).length > 0) refuse(name, 'its end');
    if (clear.length > 0) yield clear;
    if (isLast) return;
  }
}

async function readHeader(take, name) {
  const raw = [];
  const next = async (length) => raw[raw.push(await take(length)) - 1];
  const sized = async () => next((await next(2)).readUInt16BE());

  if ((await next(3)).toString('hex') !== '020478') refuse(name, 'its kind');
  const messageId = await next(32);
  const contextBytes = await sized();
  const wrappedKeys = [];
  for (let left = (await next(2)).readUInt16BE(); left > 0; left -= 1) {
    const [provider, info, ciphertext] = [await sized(), await sized(), await sized()];
    wrappedKeys.push({ provider: `${provider}`, name: `${info.subarray(0, -20)}`, info, ciphertext });
  }
  const contentType = (await next(1))[0];
  const frameLength = (await next(4)).readUInt32BE();
  if (contentType !== 2 || frameLength > 16 * 1024 * 1024) refuse(name, 'its header');
  const commitment = await next(32);
  const header = { context: readContext(contextBytes, name), contextBytes, wrappedKeys };
  return { header, messageId, frameLength, commitment, raw: Buffer.concat(raw) };
}

/** AES-256-GCM: the plaintext, or undefined when key, IV, context, ciphertext and tag do not belong together. */
function open(key, iv, context, ciphertext, tag) {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(context).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The context: a count (2), then as many pairs of strings, each after its length (2). */
function readContext(bytes, name) {
  const texts = [];
  let at = 2;
  for (; at + 2 <= bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    texts.push(`${bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at))}`);
  }
  if (at !== bytes.length || texts.length !== 2 * bytes.readUInt16BE(0)) refuse(name, 'its header');
  return Object.fromEntries(texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1]]] : [])));
}

/** Takes exactly `length` bytes from a stream of chunks, or, when `mayEnd`, fewer at its end. */
function byteReader(source, name) {
  const chunks = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return async (length, mayEnd = false) => {
    const pieces = [];
    for (let missing = length; missing > 0; missing -= pieces.at(-1).length) {
      while (held.length === 0) {
        const { done, value } = await chunks.next();
        if (done) return mayEnd ? Buffer.concat(pieces) : refuse(name, 'its length');
        held = value;
      }
      pieces.push(held.subarray(0, missing));
      held = held.subarray(missing);
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  };
}

async function collect(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** One word for a shell, whatever is in it. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function bigEndian(length, number) {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(number, length - 4);
  return bytes;
}

function readCommandLine() {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }];
  const places = { key: { ...text, multiple: true, default: [] }, 'data-key': text, out: text, part: text };
  const options = { ...places, kms: flag, stdout: flag, help: flag };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const isClear = values.stdout ? values.part && !values.out : !values.part || values.out;
    if (!values.help && (positionals.length !== 1 || !isClear)) throw new Error('That is not one of these:');
    return { values, directory: positionals[0] };
  } catch (error) {
    throw stop(2, `${error.message}\n\n${USAGE}`);
  }
}

function refuse(name, what) {
  throw stop(4, `${name} was altered or cut short: ${what} is not right. Use another copy of this backup.`);
}

function stop(status, message) {
  return Object.assign(new Error(message), { status });
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

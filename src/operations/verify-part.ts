import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDumpScanner, type DumpScan, tableKey } from '../domain/dump-scanner.ts';
import { Failure } from '../domain/failure.ts';
import type { ManifestPart } from '../domain/manifest.ts';
import type { Finding } from '../domain/verification.ts';
import { NotFramed } from '../domain/zstd-frames.ts';
import type { Repository } from '../ports/repository.ts';
import { decompressPart } from './decompress-part.ts';
import type { OpenSet } from './open-set.ts';

export interface VerifiedPart {
  readonly findings: readonly Finding[];
  /** 0 when it could not be read to its end. */
  readonly largestInsertBytes: number;
}

/** Reads a part to its end: hash, decryption, decompression, completion line, and rows per table against the manifest. */
export async function verifyPart(
  repository: Repository,
  set: OpenSet,
  part: ManifestPart,
  { signal, onRead }: { signal: AbortSignal; onRead: (bytes: number) => void },
): Promise<VerifiedPart> {
  const finding = (problem: Finding['problem'], detail: string): Finding => ({ object: part.name, problem, detail });
  const bad = (problem: Finding['problem'], detail: string) => ({
    findings: [finding(problem, detail)],
    largestInsertBytes: 0,
  });
  const there = await repository.stat(`${set.prefix}${part.name}`);
  if (!there) return bad('missing', `${repository.name} does not have it`);
  if (there.bytes < part.storedBytes) {
    return bad('truncated', `${there.bytes} of ${part.storedBytes} bytes are there`);
  }
  const hash = createHash('sha256');
  try {
    const scan = await readPart(repository, set, part, { signal, onRead, hash });
    if (hash.digest('hex') !== part.sha256) return bad('altered', 'its SHA-256 is not the one in the manifest');
    const problems = [...completionFindings(scan, part), ...rowFindings(scan, part)];
    const findings = problems.map(([problem, detail]) => finding(problem, detail));
    return { findings, largestInsertBytes: scan.largestInsertBytes };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure && error.code === 'integrity') return bad('undecryptable', error.message);
    if (isZstdError(error)) return bad('not-decompressible', String(error));
    throw error;
  }
}

async function readPart(
  repository: Repository,
  set: OpenSet,
  part: ManifestPart,
  {
    signal,
    onRead,
    hash,
  }: { signal: AbortSignal; onRead: (bytes: number) => void; hash: ReturnType<typeof createHash> },
): Promise<DumpScan> {
  const scanner = createDumpScanner();
  const scan = new Writable({
    highWaterMark: 1024 * 1024,
    write(chunk: Buffer, _encoding, done) {
      scanner.push(chunk);
      done();
    },
  });
  async function* hashed(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk);
      onRead(chunk.length);
      yield chunk;
    }
  }
  const stored = await repository.get(`${set.prefix}${part.name}`, { signal });
  await pipeline(stored, hashed, set.setKey.decryptPart(part.name), decompressPart, scan, { signal });
  return scanner.end();
}

type Problem = [Finding['problem'], string];

function completionFindings(scan: DumpScan, part: ManifestPart): Problem[] {
  if (!scan.completed) return [['incomplete-dump', 'its last line is not the one that mysqldump ends with']];
  if (scan.rawBytes === part.rawBytes) return [];
  return [['incomplete-dump', `${scan.rawBytes} bytes decompressed, ${part.rawBytes} were dumped`]];
}

/** Only whole-snapshot tables are counted exactly; a part that holds others says so in its manifest's tables. */
function rowFindings(scan: DumpScan, part: ManifestPart): Problem[] {
  if (part.role !== 'data') return [];
  const left = new Map(scan.rowsByTable);
  const problems: Problem[] = [];
  for (const table of part.tables) {
    const key = tableKey(table.schema, table.name);
    const found = left.get(key) ?? 0;
    left.delete(key);
    if (table.exact !== false && found !== table.rows) {
      problems.push(['row-count', `${key} has ${found} rows, ${table.rows} were counted in the snapshot`]);
    }
  }
  for (const [key, rows] of left) problems.push(['row-count', `${key} has ${rows} rows and is not in the manifest`]);
  return problems;
}

function isZstdError(error: unknown): boolean {
  if (error instanceof NotFramed) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ZSTD_') || code.startsWith('Z_');
}

import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { traceChain } from '../../domain/binlog/chain.ts';
import { Failure } from '../../domain/failure.ts';
import type { Manifest } from '../../domain/manifest.ts';
import type { Finding } from '../../domain/verification.ts';
import type { Repository } from '../../ports/repository.ts';
import type { World } from '../world.ts';
import { dayKeys } from './day-keys.ts';
import { listChain } from './list-chain.ts';
import { readSegment } from './read-segment.ts';
import type { StoredSegment } from './store-segment.ts';

export interface VerifyFiles {
  readonly signal: AbortSignal;
  readonly onRead: (bytes: number) => void;
}

/**
 * Reads every binlog file that an incremental backup stands for, from its beginning to its end, in one repository: each segment is decrypted,
 * decompressed and compared with its SHA-256, and no file may be missing or stand apart from the one before.
 */
export async function binlogFindings(
  world: World,
  repository: Repository,
  { source, binlogs }: Pick<Manifest, 'source' | 'binlogs'>,
  request: VerifyFiles,
): Promise<Finding[]> {
  if (!binlogs) return [];
  const findings = new Map<string, Finding>();
  const keys = dayKeys(world, repository, source.name);
  // Compaction may take a segment away that was just listed; what stands for it is found the next time.
  for (let attempts = 3; attempts > 0; attempts -= 1) {
    findings.clear();
    const { segments } = await listChain(world, repository, source.name, { keys, signal: request.signal });
    const stored = new Map(segments.map((segment) => [segment.facts, segment]));
    const stretches = traceChain(segments.map(({ facts }) => facts)).stretches.map((stretch) =>
      stretch.segments.flatMap((facts) => stored.get(facts) ?? []),
    );
    for (const finding of gaps(binlogs.files, stretches)) findings.set(finding.object, finding);
    const wanted = stretches.flat().filter(({ facts }) => binlogs.files.some((file) => isOf(facts, file)));
    let moved = false;
    for (const segment of wanted) {
      const problem = await problemOf(repository, keys, segment, request);
      if (problem === 'moved') moved = true;
      else if (problem) findings.set(segment.facts.file, problem);
    }
    if (!moved) break;
  }
  return [...findings.values()];
}

type BackedUpFile = NonNullable<Manifest['binlogs']>['files'][number];

function isOf(facts: StoredSegment['facts'], { timeline, file, bytes }: BackedUpFile): boolean {
  return facts.timeline === timeline && facts.file === file && facts.start < bytes;
}

/** All files have to lie in one stretch, each of them whole. */
function gaps(files: readonly BackedUpFile[], stretches: readonly (readonly StoredSegment[])[]): Finding[] {
  const [first] = files;
  const stretch = stretches.find((segments) => segments.some(({ facts }) => first && isOf(facts, first))) ?? [];
  return files.flatMap((file): Finding[] => {
    const own = stretch.filter(({ facts }) => isOf(facts, file));
    const isWhole = own[0]?.facts.start === 0 && (own.at(-1)?.facts.end ?? 0) >= file.bytes;
    const detail = `its ${file.bytes} bytes are not all there, behind the file before`;
    return isWhole ? [] : [{ object: file.file, problem: 'binlog-gap', detail }];
  });
}

async function problemOf(
  repository: Repository,
  keys: ReturnType<typeof dayKeys>,
  segment: StoredSegment,
  { signal, onRead }: VerifyFiles,
): Promise<Finding | 'moved' | undefined> {
  const { file: object, storedBytes } = segment.facts;
  try {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(await readSegment(repository, keys, segment, signal), nowhere, { signal });
    onRead(storedBytes);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure) || !['integrity', 'object-missing'].includes(error.code)) throw error;
    if (error.code === 'object-missing') return 'moved';
    return { object, problem: 'altered', detail: error.message };
  }
}

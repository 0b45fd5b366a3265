import { execFile } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type Chain, traceChain } from '../../src/domain/binlog/chain.ts';
import { comparePlaces } from '../../src/domain/binlog/segment.ts';
import type { BinlogStanding } from '../../src/domain/binlog/standing.ts';
import { Failure } from '../../src/domain/failure.ts';
import { dayKeys } from '../../src/operations/binlog/day-keys.ts';
import { readStanding } from '../../src/operations/binlog/keep-standing.ts';
import { listChain } from '../../src/operations/binlog/list-chain.ts';
import { readSegment } from '../../src/operations/binlog/read-segment.ts';
import type { StreamTuning } from '../../src/operations/binlog/stream.ts';
import { streamBinlog } from '../../src/operations/binlog/stream-binlog.ts';
import type { World } from '../../src/operations/world.ts';
import type { TestServer } from './database-server.ts';

/** Much quicker than in production, so that tests need not wait. */
export const quickTuning: Partial<StreamTuning> = { tick: 50, cutAfter: 100, compactEvery: 100 };

export interface RunningStream {
  standing(): BinlogStanding | undefined;
  /** Until the repository has all that the server has executed by now. */
  caughtUp(server: TestServer): Promise<void>;
  stop(): Promise<void>;
}

export function startStream(world: World, tuning: Partial<StreamTuning> = {}): RunningStream {
  const [source] = world.sources.values();
  if (!source) throw new Error('This world has no source.');
  const stopping = new AbortController();
  const done = streamBinlog(world, source, { signal: stopping.signal, tuning: { ...quickTuning, ...tuning } });
  const standing = () => readStanding(world, source.name);
  return {
    standing,
    caughtUp: (server) => caughtUp(world, server),
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Until somebody's stream has shipped all that the server has executed by now. */
export async function caughtUp(world: World, server: TestServer): Promise<void> {
  const [source = ''] = world.sources.keys();
  const { file, offset } = await whereServerWrites(server);
  await expect
    .poll(
      () => {
        const standing = readStanding(world, source);
        const end = standing?.coverage[0]?.end;
        const reached = end && comparePlaces(end, { file, end: offset }) >= 0;
        return reached
          ? 'reached'
          : `${end?.file}:${end?.end} of ${file}:${offset}, ${JSON.stringify(standing?.trouble)}`;
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe('reached');
}

export async function whereServerWrites({ flavour, query }: TestServer): Promise<{ file: string; offset: number }> {
  const [status] = await query<Record<string, string>>(
    flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW BINLOG STATUS',
  );
  return { file: status?.File ?? '', offset: Number(status?.Position) };
}

/** What the repository alone tells. */
export async function readChain(world: World): Promise<Chain> {
  return traceChain((await listed(world)).segments.map(({ facts }) => facts));
}

function listed(world: World) {
  const [source = ''] = world.sources.keys();
  const { primary } = world.repositories;
  return listChain(world, primary, source);
}

/** Writes the files of a stretch, the newest by default, as the segments make them up. Answers their paths in order. */
export async function layOutFiles(world: World, directory: string, stretch = -1): Promise<string[]> {
  for (let attempts = 5; attempts > 1; attempts -= 1) {
    try {
      return await layOutOnce(world, directory, stretch);
    } catch (error) {
      // Compaction may take a segment away that was just listed; what stands for it is found the next time.
      if (!(error instanceof Failure) || error.code !== 'object-missing') throw error;
    }
  }
  return layOutOnce(world, directory, stretch);
}

async function layOutOnce(world: World, directory: string, stretch: number): Promise<string[]> {
  const [source = ''] = world.sources.keys();
  const { primary } = world.repositories;
  const keys = dayKeys(world, primary, source);
  const { segments } = await listed(world);
  const paths = new Set<string>();
  for (const facts of traceChain(segments.map((each) => each.facts)).stretches.at(stretch)?.segments ?? []) {
    const segment = segments.find((each) => each.facts === facts);
    if (!segment) throw new Error('The chain has a segment that was not listed.');
    const folder = join(directory, facts.timeline);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, facts.file);
    const raw = await readSegment(primary, keys, segment, new AbortController().signal);
    await pipeline(raw, createWriteStream(path, { flags: paths.has(path) ? 'a' : 'w' }));
    paths.add(path);
  }
  return [...paths];
}

/**
 * What is shipped is what the server has, all of it: every file of the newest stretch, byte for byte. Answers how many.
 * Waits for what the server writes by itself meanwhile: MariaDB's checkpoint event comes some time after a rotation.
 */
export async function expectShippedAsIs(world: World, server: TestServer, directory: string): Promise<number> {
  let files = 0;
  await expect
    .poll(
      async () => {
        const { file, offset } = await whereServerWrites(server);
        const paths = await layOutFiles(world, directory);
        files = paths.length;
        return {
          last: basename(paths.at(-1) ?? '') === file ? 'as on the server' : `not ${file}`,
          differing: paths.flatMap((path) => differenceToServer(server, path, { file, offset })),
        };
      },
      { timeout: 30_000, interval: 200 },
    )
    .toEqual({ last: 'as on the server', differing: [] });
  return files;
}

function differenceToServer({ dataDir }: TestServer, path: string, end: { file: string; offset: number }): string[] {
  const [shipped, own] = [readFileSync(path), readFileSync(join(dataDir, basename(path)))];
  // The server marks a file that is in use, or was when it crashed.
  own[flagsAt] = 0;
  const expected = basename(path) === end.file ? own.subarray(0, end.offset) : own;
  return shipped.equals(expected)
    ? []
    : [`${basename(path)}: ${shipped.length} of ${expected.length} bytes, or others`];
}

/** Of the first event, behind the magic. */
const flagsAt = 4 + 17;

/** Replays files onto a server as one session, the way a person would at the shell. */
export async function replayFiles(
  target: TestServer,
  paths: readonly string[],
  options: readonly string[],
): Promise<void> {
  const program = target.flavour === 'mysql' ? 'mysqlbinlog' : 'mariadb-binlog';
  const client = target.flavour === 'mysql' ? 'mysql' : 'mariadb';
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const binlog = [join(target.clientDir, program), '--no-defaults', ...options, ...paths].map(quote).join(' ');
  const login = [
    '--no-defaults',
    `--socket=${target.socketPath}`,
    '-uroot',
    `-p${target.rootPassword}`,
    '--binary-mode',
  ];
  const apply = [join(target.clientDir, client), ...login].map(quote).join(' ');
  await promisify(execFile)('bash', ['-c', `set -o pipefail; TZ=UTC ${binlog} | ${apply}`]);
}

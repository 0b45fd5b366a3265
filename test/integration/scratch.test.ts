import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSession } from '../../src/adapters/mysql/connection.ts';
import { createScratch } from '../../src/adapters/mysql/scratch/create-scratch.ts';
import type { ScratchSettings } from '../../src/adapters/mysql/scratch/settings.ts';
import type { ScratchRequest, ScratchServer } from '../../src/ports/scratch.ts';
import type { Target } from '../../src/ports/target.ts';
import { failureOf } from '../support/failure-of.ts';
import { findPrograms } from '../support/find-programs.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const megabyte = 1024 * 1024;
const signal = new AbortController().signal;

describe.each(everyFlavour)('a scratch server, $name', ({ flavour, version, serverDir, clientDir, ...programs }) => {
  const request: ScratchRequest = {
    flavour,
    version,
    lowerCaseTableNames: 0,
    characterSet: 'utf8mb4',
    expectedBytes: megabyte,
    signal,
  };

  function settingsIn(dir: string, more: Partial<ScratchSettings> = {}): ScratchSettings {
    return { serverDirs: [serverDir], clientDirs: [clientDir], dir, maxBytes: 1024 * megabyte, maxServers: 1, ...more };
  }

  async function started(settings: ScratchSettings): Promise<ScratchServer> {
    const server = await createScratch(settings).start(request);
    onTestFinished(async () => void (await server.destroy()));
    return server;
  }

  it('is of the wanted series, empty, private and without network', async () => {
    const dir = temporaryDirectory();
    const server = await started(settingsIn(dir));
    const directory = join(dir, server.name);
    expect(await server.target.facts()).toMatchObject({ flavour, binlog: { enabled: false } });
    expect(server.version.startsWith(programs.series)).toBe(true);
    expect(await server.target.inventory()).toMatchObject({ schemas: [], tables: [] });
    expect(await server.target.countAccounts()).toBe(0);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(pidsOf(server.name).flatMap(listeningSockets)).toEqual([]);
    const place = { name: 'x', host: '', port: 0, socketPath: join(directory, 's') };
    const refused = await failureOf(() => openSession({ ...place, user: 'root', password: '' }));
    expect(refused.code).toBe('source-access');
  });

  it('is destroyed with proof, also when that is asked twice', async () => {
    const dir = temporaryDirectory();
    const server = await started(settingsIn(dir));
    expect(findPrograms(server.name)).not.toEqual([]);
    const proof = await server.destroy();
    expect(proof).toMatchObject({ name: server.name, processGone: true, directoryGone: true });
    expect(findPrograms(server.name)).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
    expect(await server.destroy()).toEqual(proof);
    expect(server.gaveUp.aborted).toBe(false);
  });

  it('is swept when whoever started it was killed, and not while that one lives', async () => {
    const settings = settingsIn(temporaryDirectory());
    const program = new URL('../support/scratch-child.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [program, JSON.stringify({ settings, request })]);
    const [said] = await once(child.stdout, 'data');
    const name = String(said).trim();
    expect(await createScratch(settings).sweep()).toEqual([]);
    expect(findPrograms(name)).not.toEqual([]);

    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await createScratch(settings).sweep()).toEqual([name]);
    expect(findPrograms(name)).toEqual([]);
    expect(readdirSync(settings.dir)).toEqual([]);
  });

  it('gives up when it grows past its bound', async () => {
    const server = await started(settingsIn(temporaryDirectory(), { maxBytes: 300 * megabyte }));
    const filling = fill(server.target, server.gaveUp);
    await expect(filling).rejects.toMatchObject({ code: 'scratch-full', hint: 'Raise scratch.maxBytes.' });
  });

  it('says so when it ends by itself', async () => {
    const server = await started(settingsIn(temporaryDirectory()));
    const told = once(server.gaveUp, 'abort');
    for (const pid of pidsOf(server.name)) process.kill(pid, 'SIGKILL');
    await told;
    expect(server.gaveUp.reason).toMatchObject({ code: 'restore-failed', retryable: true });
  });

  it('is refused where there is no room for it, and leaves nothing', async () => {
    const dir = temporaryDirectory();
    const big = { ...request, expectedBytes: 2000 * megabyte };
    expect(await failureOf(() => createScratch(settingsIn(dir)).start(big))).toMatchObject({ code: 'scratch-full' });
    const other = await started(settingsIn(dir));
    const busy = await failureOf(() => createScratch(settingsIn(dir)).start(request));
    expect(busy).toMatchObject({ code: 'scratch-busy', retryable: true });
    expect(readdirSync(dir)).toEqual([other.name]);
  });

  it('is refused where its programs are missing or of another series, with the mend', async () => {
    const dir = temporaryDirectory();
    mkdirSync(join(dir, 'none'));
    const missing = createScratch(settingsIn(dir, { serverDirs: [join(dir, 'none')] }));
    expect(await failureOf(() => missing.start(request))).toMatchObject({
      code: 'tool-missing',
      hint: expect.stringContaining('set scratch.serverDir'),
    });
    const older = { ...request, version: '5.6.51' };
    expect(await failureOf(() => createScratch(settingsIn(dir)).start(older))).toMatchObject({ code: 'tool-mismatch' });
  });
});

function pidsOf(mark: string): number[] {
  return findPrograms(mark).map((line) => Number.parseInt(line, 10));
}

/** Far more than the bound; the rows double until somebody stops it. */
async function fill(target: Target, stop: AbortSignal): Promise<void> {
  const options = { owner: 'restore-x', compressed: false, binlog: false, signal: stop };
  const sql = `CREATE DATABASE big; CREATE TABLE big.t (v LONGTEXT); INSERT INTO big.t VALUES (REPEAT('x', 1000000));
    ${'INSERT INTO big.t SELECT * FROM big.t;\n'.repeat(12)}`;
  await target.load(Readable.from([sql]), { ...options, part: 'fill' });
}

/** Sockets of a process that wait for connections from the network, as lines of /proc/net/tcp. */
function listeningSockets(pid: number): string[] {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const lines = ['tcp', 'tcp6'].flatMap((kind) => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').split('\n'));
  return lines.filter((line) => inodes.includes(line.trim().split(/\s+/)[9] ?? ''));
}

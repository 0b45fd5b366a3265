import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackupUser } from '../support/backup-user.ts';
import { type FaultProxy, type SeenRequest, startFaultProxy } from '../support/fault-proxy.ts';
import { type Installation, install } from '../support/install.ts';
import { motoCredentials, sharedMoto } from '../support/moto-server.ts';
import { newBucket } from '../support/s3-place.ts';
import { useDatabaseServer } from '../support/use-database-server.ts';

const isPart = ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('partNumber=');

describe('a backup of MySQL in a bucket', () => {
  const moto = sharedMoto();
  const server = useDatabaseServer('mysql');
  let proxy: FaultProxy;
  let bucket: string;
  let client: S3Client;

  beforeAll(async () => {
    await server.query(
      'CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY AUTO_INCREMENT, v VARBINARY(1000))',
    );
    await server.query('INSERT INTO app.t (v) VALUES (RANDOM_BYTES(1000))');
    for (let rows = 1; rows < 32_768; rows *= 2) {
      await server.query('INSERT INTO app.t (v) SELECT RANDOM_BYTES(1000) FROM app.t');
    }
  });
  beforeEach(async () => {
    proxy = await startFaultProxy(moto.endpoint);
    ({ bucket, client } = await newBucket(moto.endpoint));
  });
  afterEach(() => proxy.stop());

  it('is taken in parts, verified, and found again when the state is lost', async () => {
    const { run, folder } = await installed();
    const backup = await run('backup', 'full', '--json');
    expect(backup, backup.stderr).toMatchObject({ status: 0 });
    const { outcome } = JSON.parse(backup.stdout) as { outcome: { backupId: string } };
    expect(proxy.seen.some(isPart)).toBe(true);
    const verified = await run('verify', 'latest');
    expect(verified, verified.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('is good') });
    expect((await objects()).filter((key) => key.endsWith('/manifest'))).toEqual([
      `prod/alumni/full/${outcome.backupId}/manifest`,
    ]);

    for (const end of ['', '-wal', '-shm']) writeFileSync(join(folder, `tidemark-state.db${end}`), '');
    expect(await run('catalog', 'rebuild')).toMatchObject({ status: 0 });
    expect((await run('backups')).stdout).toContain(outcome.backupId);
  });

  it('that is killed in the middle is not listed, and the next one leaves no unfinished upload', async () => {
    const { run, runWith } = await installed();
    proxy.meet(isPart, { kind: 'hang' }, 1000);
    await runWith(
      {
        async whileRunning({ kill }) {
          await expect.poll(() => proxy.seen.some(isPart), { timeout: 60_000 }).toBe(true);
          kill('SIGKILL');
        },
      },
      'backup',
      'full',
    );
    expect(await unfinished()).not.toEqual([]);
    expect((await run('backups')).stdout).toContain('There is no backup');

    proxy.calm();
    const next = await run('backup', 'full');
    expect(next, next.stderr).toMatchObject({ status: 0 });
    expect(await unfinished()).toEqual([]);
    const sets = new Set((await objects()).map((key) => key.split('/')[3]).filter((id) => id?.includes('-full-')));
    expect(sets.size).toBe(1);
  });

  it('that is interrupted leaves nothing at once', async () => {
    const { runWith } = await installed();
    proxy.meet(isPart, { kind: 'hang' }, 1000);
    const stopped = await runWith(
      {
        async whileRunning({ kill }) {
          await expect.poll(() => proxy.seen.some(isPart), { timeout: 60_000 }).toBe(true);
          kill('SIGTERM');
        },
      },
      'backup',
      'full',
    );
    expect(stopped.status).toBe(1);
    expect(await unfinished()).toEqual([]);
    expect(await objects()).toEqual([]);
  });

  it('whose part was altered is named by verify with exit status 4', async () => {
    const { run } = await installed();
    expect(await run('backup', 'full')).toMatchObject({ status: 0 });
    const key = (await objects()).find((each) => /parts.\d+-data/.test(each)) ?? '';
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.alloc(40 * 1024 * 1024) }));
    const verified = await run('verify', 'latest', '--json');
    expect(verified.status).toBe(4);
    expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [expect.stringContaining('-data')] });
  });

  it('needs a bucket: doctor and setup say so, setup makes it, and mends what it is told to', async () => {
    bucket = `made-by-setup-${process.pid}`;
    const { run } = await installed();
    const doctor = await run('doctor');
    expect(doctor).toMatchObject({ status: 1, stdout: expect.stringContaining(`There is no bucket ${bucket}`) });
    const looked = await run('repository', 'setup');
    expect(looked).toMatchObject({ status: 1, stdout: expect.stringContaining('repository setup primary --create') });

    expect(await run('repository', 'setup', '--create')).toMatchObject({ status: 1 });
    const unsafe = await run('repository', 'setup', '--json');
    expect(JSON.parse(unsafe.stdout)).toMatchObject({ created: false, applied: [] });
    const mended = await run('repository', 'setup', '--yes');
    expect(mended, mended.stdout).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('public access is blocked'),
    });
    expect((await run('doctor')).stdout).toContain('versioning is on');
    expect(await run('backup', 'full')).toMatchObject({ status: 0 });
  });

  async function installed(): Promise<Installation> {
    const installation = await install(server, await createBackupUser(server));
    const file = join(installation.folder, 'tidemark.yaml');
    const place = `{ type: s3, bucket: ${bucket}, prefix: prod, endpoint: "${proxy.endpoint}", forcePathStyle: true, partMegabytes: 5 }`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/primary: \{[^}]*\}/, `primary: ${place}`));
    const runWith: Installation['runWith'] = (options, ...args) =>
      installation.runWith({ ...options, env: { ...motoCredentials, ...options.env } }, ...args);
    return { ...installation, runWith, run: (...args) => runWith({}, ...args) };
  }

  async function objects(): Promise<string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  }

  async function unfinished(): Promise<unknown[]> {
    return (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
  }
});

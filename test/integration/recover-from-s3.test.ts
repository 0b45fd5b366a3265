import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { describeServer } from '../support/describe-server.ts';
import { install } from '../support/install.ts';
import { motoCredentials, sharedMoto } from '../support/moto-server.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { newBucket } from '../support/s3-place.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a backup of $name in a bucket', (flavour) => {
  const moto = sharedMoto();
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour);

  it('restores by its own guide alone, once its files were downloaded', async () => {
    await seedAlumni(server, { rows: 300 });
    const { bucket, client } = await newBucket(moto.endpoint);
    const { folder, runWith } = await install(server, await createBackupUser(server));
    const file = join(folder, 'tidemark.yaml');
    const place = `{ type: s3, bucket: ${bucket}, prefix: prod, endpoint: "${moto.endpoint}", forcePathStyle: true }`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/primary: \{[^}]*\}/, `primary: ${place}`));
    const backup = await runWith({ env: motoCredentials }, 'backup', 'full', '--json');
    expect(backup, backup.stderr).toMatchObject({ status: 0 });
    const { outcome } = JSON.parse(backup.stdout) as { outcome: { backupId: string } };

    const repositoryPath = await download(client, bucket, 'prod/');
    const keyFile = join(folder, readdirSync(folder).find((name) => name.endsWith('.key')) ?? '');
    await restoreByGuide({ repositoryPath, keyFile }, outcome.backupId, target);
    expect(await describeServer(target)).toEqual(await describeServer(server));
  });
});

/** What `aws s3 cp --recursive` does. Returns the folder. */
async function download(client: S3Client, bucket: string, prefix: string): Promise<string> {
  const folder = temporaryDirectory();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  for (const { Key = '' } of Contents) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const file = join(folder, Key.slice(prefix.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
  }
  return folder;
}

import { CreateBucketCommand, type CreateBucketCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../src/adapters/repository/s3-client.ts';
import { s3Repository } from '../../src/adapters/repository/s3-repository.ts';
import type { S3Settings } from '../../src/adapters/repository/s3-settings.ts';
import type { Repository } from '../../src/ports/repository.ts';

let buckets = 0;

/** A new bucket, and two ways to it: as Tidemark goes, and with a client of one's own that goes around every proxy. */
export async function newBucket(
  endpoint: string,
  {
    through = endpoint,
    create = {},
    ...settings
  }: Partial<S3Settings> & { through?: string; create?: Partial<CreateBucketCommandInput> } = {},
): Promise<{ bucket: string; client: S3Client; repository: Repository; settings: S3Settings }> {
  buckets += 1;
  const bucket = `bucket-${process.pid}-${buckets}`;
  const client = s3Client({ bucket, endpoint, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...create }));
  const all = { bucket, prefix: 'prod', forcePathStyle: true, endpoint: through, ...settings };
  return { bucket, client, repository: s3Repository(all), settings: all };
}

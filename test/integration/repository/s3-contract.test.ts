import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { s3Client } from '../../../src/adapters/repository/s3-client.ts';
import { s3Repository } from '../../../src/adapters/repository/s3-repository.ts';
import { repositoryContract } from '../../contract/repository.ts';
import { sharedMoto } from '../../support/moto-server.ts';

const moto = sharedMoto();
let buckets = 0;

repositoryContract(async () => {
  buckets += 1;
  const settings = { bucket: `contract-${buckets}`, prefix: 'prod', endpoint: moto.endpoint, forcePathStyle: true };
  await s3Client(settings).send(new CreateBucketCommand({ Bucket: settings.bucket }));
  const repository = s3Repository(settings);
  await repository.prepare();
  return repository;
});

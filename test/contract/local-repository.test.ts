import { join } from 'node:path';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { repositoryContract } from './repository.ts';

repositoryContract(async () => {
  const repository = localRepository({ path: join(temporaryDirectory(), 'repository') });
  await repository.prepare();
  return repository;
});

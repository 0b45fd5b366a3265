import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { repositoryContract } from './repository.ts';

repositoryContract(async () => memoryRepository());

import { expect, test } from 'vitest';
import { memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { sourceChains } from '../../../src/operations/recovery/source-chains.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { smallWorld } from '../../support/small-world.ts';

const away = (name: string): Repository => ({
  ...memoryRepository({ name }),
  list: () => {
    throw new Failure('repository-unavailable', `${name} is away.`, { hint: 'Wait.' });
  },
});
const { signal } = new AbortController();

test('a repository that is out of reach is gone without, and said in the log', async () => {
  const copy = memoryRepository({ name: 'cloud' });
  const world = smallWorld();
  const chains = await sourceChains(world, [away('primary'), copy], 'alumni', signal);
  expect(chains.map(({ repository }) => repository.name)).toEqual(['cloud']);
  expect(world.logged).toMatchObject([{ level: 'warn', fields: { repository: 'primary', error: 'primary is away.' } }]);
});

test('with none in reach it fails as the first did', async () => {
  const asked = sourceChains(smallWorld(), [away('primary'), away('cloud')], 'alumni', signal);
  await expect(asked).rejects.toMatchObject({ code: 'repository-unavailable', message: 'primary is away.' });
});

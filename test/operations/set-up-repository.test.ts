import { expect, test } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { type SetUpRequest, setUpRepository } from '../../src/operations/set-up-repository.ts';
import type { RepositorySetup, SetupCheck } from '../../src/ports/repository-setup.ts';
import { failureOf } from '../support/failure-of.ts';
import { smallWorld } from '../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
const all: SetUpRequest['choose'] = async (checks) => checks;
const none: SetUpRequest['choose'] = async () => [];

/** A place with two settings, one of which can be mended. */
function place({ there }: { there: boolean }): RepositorySetup & { log: string[] } {
  const log: string[] = [];
  const line = (id: string, state: SetupCheck['state'], applicable: boolean): SetupCheck => ({
    id: `repository.${id}`,
    subject: 'primary',
    state,
    finding: id,
    applicable,
  });
  let made = there;
  return {
    log,
    inspect: async () =>
      made
        ? [
            line(
              'versioning',
              log.includes('repository.versioning') ? 'good' : 'warning',
              !log.includes('repository.versioning'),
            ),
            line('logging', 'warning', false),
          ]
        : [line('place', 'bad', false)],
    async create() {
      made = true;
      log.push('create');
    },
    async apply(id) {
      log.push(id);
    },
  };
}

function worldWith(setup: RepositorySetup) {
  return smallWorld({ repositories: { primary: { ...memoryRepository(), setup }, copies: [] } });
}

test('nobody but an admin may', async () => {
  const setup = place({ there: false });
  const principal: Principal = { ...admin, roles: { '*': ['operator'] } };
  const refused = await setUpRepository(worldWith(setup), { principal, create: true, choose: all });
  expect(refused).toMatchObject({ kind: 'refused', reason: 'not-allowed' });
  expect(setup.log).toEqual([]);
});

test('a place that is missing is told, and made only when asked', async () => {
  const setup = place({ there: false });
  const world = worldWith(setup);
  const told = await setUpRepository(world, { principal: admin, create: false, choose: all });
  expect(told).toMatchObject({ created: false, checks: [{ id: 'repository.place', state: 'bad' }] });
  expect(setup.log).toEqual([]);
  const made = await setUpRepository(world, { principal: admin, create: true, choose: none });
  expect(made).toMatchObject({
    created: true,
    applied: [],
    checks: [{ id: 'repository.writable', state: 'good' }, {}, {}],
  });
  expect(setup.log).toEqual(['create']);
});

test('only what was chosen of what can be mended is mended, and written into the audit log', async () => {
  const setup = place({ there: true });
  const world = worldWith(setup);
  let offered: readonly SetupCheck[] = [];
  const done = await setUpRepository(world, {
    principal: admin,
    create: true,
    choose: async (checks) => {
      offered = checks;
      return checks;
    },
  });
  expect(offered.map(({ id }) => id)).toEqual(['repository.versioning']);
  expect(setup.log).toEqual(['repository.versioning']);
  expect(done).toMatchObject({ created: false, applied: ['repository.versioning'] });
  const actions = [...world.state.audit.list({})].map(({ action }) => action);
  expect(actions).toEqual(['repository.setting-applied']);
});

test('a repository without settings is proven by using it', async () => {
  const done = await setUpRepository(smallWorld(), { principal: admin, create: false, choose: all });
  expect(done).toMatchObject({ checks: [{ id: 'repository.writable', state: 'good' }] });
});

test('a name that is not configured is named with those that are', async () => {
  const failure = await failureOf(() =>
    setUpRepository(smallWorld(), { principal: admin, name: 'clowd', create: false, choose: all }),
  );
  expect(failure).toMatchObject({ code: 'usage', hint: expect.stringContaining('primary') });
});

import { describe, expect, it } from 'vitest';
import { type People, principalForShell, principalForSlack, whoGrants } from '../../src/domain/people.ts';
import { decideAuthority } from '../../src/domain/principal.ts';

const people: People = {
  asha: { slack: 'U012AB3CD', os: 'asha', roles: { alumni: ['admin', 'approver'] } },
  ravi: { slack: 'U0RAVI000', roles: { '*': ['operator'] } },
};
const withEverybody: People = { ...people, everybody: { slack: '*', roles: { alumni: ['viewer'] } } };

const may = (principal: ReturnType<typeof principalForSlack>, source = 'alumni') =>
  (['look', 'take-backup', 'configure'] as const).filter(
    (action) => decideAuthority(principal, action, source).kind === 'allowed',
  );

describe('the person in the shell', () => {
  it.each([
    { people: undefined, hasSlack: false, user: 'root', name: 'shell:root', may: ['look', 'take-backup', 'configure'] },
    { people: undefined, hasSlack: true, user: 'root', name: 'shell:root', may: ['look'] },
    { people, hasSlack: false, user: 'root', name: 'shell:root', may: [] },
    { people, hasSlack: true, user: 'root', name: 'shell:root', may: [] },
    { people: withEverybody, hasSlack: true, user: 'root', name: 'shell:root', may: [] },
    { people, hasSlack: true, user: 'asha', name: 'asha', may: ['look', 'take-backup', 'configure'] },
  ])('$user with people $people and Slack $hasSlack may $may', ({ people, hasSlack, user, name, may: expected }) => {
    const principal = principalForShell(people, user, { hasSlack });
    expect(principal.name).toBe(name);
    expect(may(principal)).toEqual(expected);
  });

  it('has the same name as in Slack, so that nobody counts twice', () => {
    expect(principalForShell(people, 'asha', { hasSlack: true }).name).toBe(
      principalForSlack(people, 'U012AB3CD').name,
    );
  });
});

describe('the person in Slack', () => {
  it.each([
    { people: undefined, id: 'U999', name: 'slack:U999', may: ['look'] },
    { people, id: 'U999', name: 'slack:U999', may: [] },
    { people: withEverybody, id: 'U999', name: 'slack:U999', may: ['look'] },
    { people, id: 'U0RAVI000', name: 'ravi', may: ['look', 'take-backup'] },
    { people, id: '*', name: 'slack:*', may: [] },
  ])('$id may $may', ({ people, id, name, may: expected }) => {
    const principal = principalForSlack(people, id);
    expect(principal.name).toBe(name);
    expect(may(principal)).toEqual(expected);
  });

  it('has roles only on the sources they were given for', () => {
    expect(may(principalForSlack(people, 'U012AB3CD'), 'billing')).toEqual([]);
  });
});

it('names those who grant more', () => {
  expect(whoGrants(people, 'alumni')).toEqual(['asha']);
  expect(whoGrants(people, 'billing')).toEqual([]);
  expect(whoGrants(undefined, 'alumni')).toEqual([]);
});

import { didYouMean } from '../domain/nearest.ts';
import { anySlackMember } from '../domain/people.ts';
import type { Problem } from './problem.ts';
import type { ConfigurationDocument } from './schema.ts';

/** What holds between the sections of a document that is well formed. */
export function crossCheck(document: ConfigurationDocument): Problem[] {
  return [
    ...unreachableSources(document),
    ...unreachableTargets(document),
    ...doubledKeys(document),
    ...doubledQueries(document),
    ...idleFirstKey(document),
    ...doubledCopies(document),
    ...doubledPeople(document),
    ...strayRoles(document),
    ...waysToSlack(document),
  ];
}

function unreachableSources({ sources }: ConfigurationDocument): Problem[] {
  return Object.entries(sources)
    .filter(([, source]) => source.host === undefined && source.socketPath === undefined)
    .map(([name]) => ({
      path: ['sources', name, 'host'],
      message: 'is missing: write the name or address of the server, or its socketPath',
    }));
}

function unreachableTargets({ targets }: ConfigurationDocument): Problem[] {
  return Object.entries(targets)
    .filter(([, target]) => target.host === undefined && target.socketPath === undefined)
    .map(([name]) => ({
      path: ['targets', name, 'host'],
      message: 'is missing: write the name or address of the server, or its socketPath',
    }));
}

function doubledKeys({ encryption }: ConfigurationDocument): Problem[] {
  return doubled(
    encryption.keys.map(({ id }, index) => ({ value: id, path: ['encryption', 'keys', index, 'id'] })),
    (id) => `is the id of two keys, ${id}: give each its own`,
  );
}

function idleFirstKey({ encryption }: ConfigurationDocument): Problem[] {
  if (encryption.keys[0]?.encrypts !== false) return [];
  const message = 'is false, but the first key always encrypts: put another one first';
  return [{ path: ['encryption', 'keys', 0, 'encrypts'], message }];
}

function doubledCopies({ repository }: ConfigurationDocument): Problem[] {
  const names = repository.copies.map(({ name }, index) => ({
    value: name,
    path: ['repository', 'copies', index, 'name'],
  }));
  const places = [
    placeOf(repository.primary, ['repository', 'primary']),
    ...repository.copies.map((copy, index) => placeOf(copy, ['repository', 'copies', index])),
  ];
  return [
    ...doubled(
      [{ value: 'primary', path: ['repository', 'primary'] }, ...names],
      (name) => `is used twice, ${name}: give each repository its own name`,
    ),
    ...doubled(places, () => 'is the place of two repositories: a copy in the same place is no copy'),
  ];
}

/** What two repositories must not share, and where it stands. */
function placeOf(
  repository: ConfigurationDocument['repository']['primary'],
  path: readonly (string | number)[],
): { value: string; path: (string | number)[] } {
  if (repository.type === 'local') return { value: repository.path, path: [...path, 'path'] };
  const { endpoint = '', bucket, prefix = '' } = repository;
  return { value: `s3 ${endpoint} ${bucket} ${prefix}`, path: [...path, 'bucket'] };
}

/** One person, one principal: who is listed twice could approve what she asked for. */
function doubledPeople({ people = {} }: ConfigurationDocument): Problem[] {
  return (['slack', 'os'] as const).flatMap((account) =>
    doubled(
      Object.entries(people).flatMap(([name, person]) => {
        const value = person[account];
        return value === undefined ? [] : [{ value, path: ['people', name, account] }];
      }),
      (value) =>
        account === 'slack' && value === anySlackMember
          ? 'stands for everybody, which only one entry may'
          : `belongs to two people, ${value}: one account is one person`,
    ),
  );
}

function strayRoles({ people = {}, sources }: ConfigurationDocument): Problem[] {
  const known = Object.keys(sources);
  return Object.entries(people).flatMap(([name, person]) =>
    Object.keys(person.roles)
      .filter((source) => source !== '*' && !known.includes(source))
      .map((source) => ({
        path: ['people', name, 'roles', source],
        message: `is not a source.${didYouMean(source, known) || ` Sources are ${known.join(', ')}, and "*" stands for all.`}`,
      })),
  );
}

/** Slack reaches the bot in one way: over a connection that the bot opens, or by requests to it. */
function waysToSlack({ slack }: ConfigurationDocument): Problem[] {
  if (!slack) return [];
  const wrong = (key: string, message: string): Problem[] => [{ path: ['slack', key], message }];
  const overHttp = (['signingSecret', 'port', 'host'] as const).find((key) => slack[key] !== undefined);
  if (slack.appToken) {
    return overHttp ? wrong(overHttp, 'is for HTTP and appToken for Socket Mode: leave one of the two ways out') : [];
  }
  if (!overHttp) {
    return wrong('appToken', 'is missing: write { env: NAME } for Socket Mode, or signingSecret and port for HTTP');
  }
  return [
    ...(slack.signingSecret ? [] : wrong('signingSecret', 'is missing: write { env: NAME } or { file: PATH }')),
    ...(slack.port === undefined ? wrong('port', 'is missing: write the port to listen at, like 3001') : []),
  ];
}

/** Reports name what was asked: below a source it must not have the name of what is asked of all. */
function doubledQueries({ validation, sources }: ConfigurationDocument): Problem[] {
  const sections = [
    { section: validation, path: ['validation'] },
    ...Object.entries(sources).map(([name, source]) => ({
      section: source.validation,
      path: ['sources', name, 'validation'],
    })),
  ];
  const names = (wanted: readonly (typeof sections)[number][]) =>
    (['queries', 'performance', 'application'] as const).flatMap((list) =>
      doubled(
        wanted.flatMap(({ section, path }) =>
          (section?.[list] ?? []).map(({ name }, index) => ({ value: name, path: [...path, list, index, 'name'] })),
        ),
        (name) => `is used twice, ${name}: give each its own name`,
      ),
    );
  const [common, ...own] = sections;
  const problems = common ? own.flatMap((one) => names([common, one])) : [];
  return [...new Map(problems.map((problem) => [JSON.stringify(problem.path), problem])).values()];
}

/** A problem at each value that an earlier place already has. */
function doubled(
  places: readonly { value: string; path: (string | number)[] }[],
  say: (value: string) => string,
): Problem[] {
  const seen = new Set<string>();
  return places.flatMap(({ value, path }) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path, message: say(value) }];
  });
}

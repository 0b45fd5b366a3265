import { localRepository } from '../adapters/repository/local-repository.ts';
import type { S3Repository } from '../adapters/repository/s3-repository.ts';
import { type S3Settings, s3Location } from '../adapters/repository/s3-settings.ts';
import type { RepositorySettings, S3BucketSettings } from '../config/settings.ts';
import type { Repository } from '../ports/repository.ts';

export function openRepository(settings: RepositorySettings): Repository {
  return settings.type === 'local' ? localRepository(settings) : lazyS3Repository(settings);
}

/** A bucket whose SDK is loaded when the first object is wanted: it takes a good part of a second. */
function lazyS3Repository({ type: _, partMegabytes, ...settings }: S3BucketSettings): Repository {
  const s3: S3Settings = {
    ...settings,
    ...(partMegabytes !== undefined && { partSize: partMegabytes * 1024 * 1024 }),
  };
  let loading: Promise<S3Repository> | undefined;
  const repository = () => {
    loading ??= import('../adapters/repository/s3-repository.ts').then((module) => module.s3Repository(s3));
    return loading;
  };
  const setup = async () => (await repository()).setup;
  const versions = async () => (await repository()).versions;
  return {
    name: settings.name,
    location: s3Location(s3),
    prepare: async () => (await repository()).prepare(),
    put: async (key, body, options) => (await repository()).put(key, body, options),
    get: async (key, options) => (await repository()).get(key, options),
    stat: async (key) => (await repository()).stat(key),
    list: (prefix) =>
      (async function* () {
        yield* (await repository()).list(prefix);
      })(),
    remove: async (key) => (await repository()).remove(key),
    expire: async (key) => (await repository()).expire(key),
    sweepUnfinished: async (prefix) => (await repository()).sweepUnfinished(prefix),
    // A bucket has no end; saying so needs no SDK.
    freeBytes: async () => undefined,
    setup: {
      inspect: async () => (await setup()).inspect(),
      create: async () => (await setup()).create(),
      apply: async (id) => (await setup()).apply(id),
    },
    versions: {
      destroy: async (key) => (await versions()).destroy(key),
      lockOf: async (key) => (await versions()).lockOf(key),
    },
  };
}

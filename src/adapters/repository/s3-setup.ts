import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';
import type { RepositorySetup, SetupCheck } from '../../ports/repository-setup.ts';
import { type BucketSetting, bucketSettings } from './s3-bucket-settings.ts';
import type { S3Place } from './s3-client.ts';
import { isMissing, isUnknownHere, statusOf } from './s3-fault.ts';

/** Looks at a bucket's settings and mends them, one by one. */
export function s3Setup(place: S3Place, name: string, explain: (error: unknown) => unknown): RepositorySetup {
  const { client, bucket } = place;
  const settings = bucketSettings(place);

  return {
    inspect: () =>
      explained(async () => {
        if (!(await exists())) return [missing()];
        const checks: SetupCheck[] = [];
        for (const setting of settings) checks.push(await look(setting));
        return checks;
      }),

    create: () =>
      explained(async () => {
        const region = await client.config.region();
        // The first region is the one that must not be named.
        const where = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
        await client
          // Regions are a closed list in the SDK's types, and an open one in the world.
          .send(new CreateBucketCommand({ Bucket: bucket, ...(where as object) }))
          .catch((error: unknown) => {
            if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
          });
      }),

    apply: (id) =>
      explained(async () => {
        const setting = settings.find((each) => `repository.${each.id}` === id);
        if (!setting?.apply) throw new Error(`${id} cannot be applied.`);
        await setting.apply();
      }),
  };

  async function exists(): Promise<boolean> {
    try {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
      return true;
    } catch (error) {
      if (isMissing(error) || (error instanceof Error && error.name === 'NoSuchBucket')) return false;
      throw error;
    }
  }

  function missing(): SetupCheck {
    return {
      id: 'repository.place',
      subject: name,
      state: 'bad',
      finding: `there is no bucket ${bucket}`,
      mend: `tidemark repository setup ${name} --create`,
      applicable: false,
    };
  }

  async function look({ id, what, inspect, apply }: BucketSetting): Promise<SetupCheck> {
    const line = { id: `repository.${id}`, subject: name };
    try {
      const { state, finding, mend } = await inspect();
      const applicable = state !== 'good' && apply !== undefined;
      const step = mend ?? (applicable ? `tidemark repository setup ${name}` : undefined);
      return { ...line, state, finding, applicable, ...(state !== 'good' && step !== undefined && { mend: step }) };
    } catch (error) {
      const unknown = { ...line, state: 'warning', applicable: false } as const;
      if (isUnknownHere(error)) return { ...unknown, finding: `${what}: this store cannot say` };
      if (statusOf(error) !== 403) throw error;
      return {
        ...unknown,
        finding: `${what}: Tidemark may not look`,
        mend: 'Allow its role s3:GetBucket*, s3:GetLifecycleConfiguration and s3:GetEncryptionConfiguration, or look at it yourself.',
      };
    }
  }

  async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.name === 'BucketAlreadyExists') throw taken(error);
      throw explain(error);
    }
  }

  function taken(cause: Error): Failure {
    return new Failure('repository-unavailable', `The bucket ${bucket} belongs to somebody else.`, {
      hint: 'Names of buckets are shared by all the world: choose another.',
      retryable: false,
      cause,
    });
  }
}

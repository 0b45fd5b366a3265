import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { Check } from '../../domain/check.ts';
import type { S3Place } from './s3-client.ts';
import { isMet, lifecycleWishes, withRule } from './s3-lifecycle.ts';
import { demandsTls, withTlsDemanded } from './s3-tls-policy.ts';

/** One thing about a bucket that can be looked at and, mostly, mended. */
export interface BucketSetting {
  readonly id: string;
  /** For people, when it cannot be looked at. */
  readonly what: string;
  readonly inspect: () => Promise<Pick<Check, 'state' | 'finding' | 'mend'>>;
  readonly apply?: () => Promise<unknown>;
}

/** A new line of `repository setup` is an entry here. */
export function bucketSettings(place: S3Place): readonly BucketSetting[] {
  return [
    publicAccess(place),
    tlsOnly(place),
    versioning(place),
    ...lifecycle(place),
    encryption(place),
    accessLogging(place),
    objectLock(place),
  ];
}

function publicAccess({ client, bucket: Bucket }: S3Place): BucketSetting {
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  return {
    id: 'public-access',
    what: 'public access',
    async inspect() {
      const found = await orNone(
        client.send(new GetPublicAccessBlockCommand({ Bucket })),
        'NoSuchPublicAccessBlockConfiguration',
      );
      const set = Object.entries(found?.PublicAccessBlockConfiguration ?? {}).filter(([, on]) => on).length;
      return set === Object.keys(all).length
        ? { state: 'good', finding: 'public access is blocked' }
        : {
            state: 'bad',
            finding: 'public access is not blocked: one wrong policy shows the backups to all the world',
          };
    },
    apply: () => client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all })),
  };
}

function tlsOnly({ client, bucket: Bucket, settings }: S3Place): BucketSetting {
  const policy = async () =>
    (await orNone(client.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy'))?.Policy;
  const setting: BucketSetting = {
    id: 'tls-only',
    what: 'whether it is reached by TLS alone',
    async inspect() {
      return demandsTls(await policy())
        ? { state: 'good', finding: 'only reached by TLS' }
        : { state: 'warning', finding: 'also answers without TLS' };
    },
    async apply() {
      const partition = (await client.config.region()).startsWith('cn-') ? 'aws-cn' : 'aws';
      const Policy = withTlsDemanded(await policy(), Bucket, partition);
      return client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
  };
  if (!settings.endpoint?.startsWith('http://')) return setting;
  // Demanding it would lock Tidemark out.
  const { apply: _, ...looking } = setting;
  return {
    ...looking,
    inspect: async () => ({
      state: 'warning',
      finding: 'its endpoint is plain http, so nothing but the encryption protects what is sent',
      mend: 'Give the store a certificate and write https:// into repository.….endpoint.',
    }),
  };
}

function versioning({ client, bucket: Bucket }: S3Place): BucketSetting {
  return {
    id: 'versioning',
    what: 'versioning',
    async inspect() {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
      return Status === 'Enabled'
        ? { state: 'good', finding: 'versioning is on' }
        : { state: 'warning', finding: 'versioning is off: what is removed or replaced by mistake is gone at once' };
    },
    apply: () =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
  };
}

function lifecycle({ client, bucket: Bucket, root }: S3Place): BucketSetting[] {
  const rules = async (): Promise<LifecycleRule[]> => {
    const asked = client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    return (await orNone(asked, 'NoSuchLifecycleConfiguration'))?.Rules ?? [];
  };
  return lifecycleWishes(root).map((wish) => ({
    id: wish.id,
    what: 'lifecycle rules',
    async inspect() {
      return isMet(await rules(), wish)
        ? { state: 'good', finding: wish.good }
        : { state: 'warning', finding: wish.lacking };
    },
    async apply() {
      const Rules = withRule(await rules(), wish);
      return client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    },
  }));
}

function encryption({ client, bucket: Bucket, settings }: S3Place): BucketSetting {
  const { sse, kmsKeyId } = settings;
  const SSEAlgorithm = sse === 'aws:kms' ? 'aws:kms' : 'AES256';
  return {
    id: 'default-encryption',
    what: 'default encryption',
    async inspect() {
      const asked = client.send(new GetBucketEncryptionCommand({ Bucket }));
      const found = await orNone(asked, 'ServerSideEncryptionConfigurationNotFoundError');
      const rule = found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      if (!rule) return { state: 'warning', finding: 'there is no default encryption' };
      if (sse === 'aws:kms' && rule.SSEAlgorithm !== 'aws:kms')
        return {
          state: 'warning',
          finding: `its default encryption is ${rule.SSEAlgorithm}, the configuration says aws:kms`,
        };
      const key = rule.KMSMasterKeyID ? ` with ${rule.KMSMasterKeyID}` : '';
      return { state: 'good', finding: `encrypts by default: ${rule.SSEAlgorithm}${key}` };
    },
    apply: () =>
      client.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: {
                  SSEAlgorithm,
                  ...(sse === 'aws:kms' && kmsKeyId !== undefined && { KMSMasterKeyID: kmsKeyId }),
                },
                ...(sse === 'aws:kms' && { BucketKeyEnabled: true }),
              },
            ],
          },
        }),
      ),
  };
}

function accessLogging({ client, bucket: Bucket }: S3Place): BucketSetting {
  return {
    id: 'access-logging',
    what: 'access logging',
    async inspect() {
      const { LoggingEnabled } = await client.send(new GetBucketLoggingCommand({ Bucket }));
      return LoggingEnabled
        ? {
            state: 'good',
            finding: `who comes here is logged in s3://${LoggingEnabled.TargetBucket}/${LoggingEnabled.TargetPrefix ?? ''}`,
          }
        : {
            state: 'warning',
            finding: 'nobody logs who reads and removes here',
            mend: `aws s3api put-bucket-logging --bucket ${Bucket} --bucket-logging-status '{"LoggingEnabled":{"TargetBucket":"A-BUCKET-FOR-LOGS","TargetPrefix":"${Bucket}/"}}'`,
          };
    },
  };
}

function objectLock({ client, bucket: Bucket }: S3Place): BucketSetting {
  return {
    id: 'object-lock',
    what: 'Object Lock',
    async inspect() {
      const asked = client.send(new GetObjectLockConfigurationCommand({ Bucket }));
      const found = await orNone(asked, 'ObjectLockConfigurationNotFoundError');
      const { ObjectLockEnabled, Rule } = found?.ObjectLockConfiguration ?? {};
      if (ObjectLockEnabled !== 'Enabled') return { state: 'good', finding: 'Object Lock is off' };
      const { Mode, Days, Years } = Rule?.DefaultRetention ?? {};
      if (!Mode) return { state: 'good', finding: 'Object Lock is on, without a default retention' };
      const span = Days === undefined ? `${Years} years` : `${Days} days`;
      return {
        state: 'good',
        finding: `Object Lock keeps every version for ${span} (${Mode}); Tidemark does not fight it`,
      };
    },
  };
}

/** Stores answer what is not set with an error of its own. */
async function orNone<Answer>(asked: Promise<Answer>, none: string): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === none) return undefined;
    throw error;
  }
}

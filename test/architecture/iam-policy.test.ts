import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { codeBelow } from './read-imports.ts';

/** What AWS asks for, for each thing of its SDK that `src` imports; `on` is what it is done to. */
const actionsOf: Record<string, readonly string[]> = {
  HeadBucketCommand: ['s3:ListBucket'],
  paginateListObjectsV2: ['s3:ListBucket'],
  ListMultipartUploadsCommand: ['s3:ListBucketMultipartUploads'],
  ListObjectVersionsCommand: ['s3:ListBucketVersions'],
  // Also of one version; and until when it is locked HEAD tells only those who may ask for that.
  HeadObjectCommand: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention'],
  GetObjectCommand: ['s3:GetObject'],
  GetObjectLegalHoldCommand: ['s3:GetObjectLegalHold'],
  // lib-storage: one PutObject, or the parts of an upload. With SSE-KMS S3 uses the key in our name, and reads what it put together.
  Upload: ['s3:PutObject', 's3:AbortMultipartUpload', 'kms:GenerateDataKey', 'kms:Decrypt'],
  CreateMultipartUploadCommand: ['s3:PutObject'],
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  DeleteObjectCommand: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  PutObjectTaggingCommand: ['s3:PutObjectTagging'],
  CreateBucketCommand: ['s3:CreateBucket'],
  GetBucketEncryptionCommand: ['s3:GetEncryptionConfiguration'],
  GetBucketLifecycleConfigurationCommand: ['s3:GetLifecycleConfiguration'],
  GetBucketLoggingCommand: ['s3:GetBucketLogging'],
  GetBucketPolicyCommand: ['s3:GetBucketPolicy'],
  GetBucketVersioningCommand: ['s3:GetBucketVersioning'],
  GetObjectLockConfigurationCommand: ['s3:GetBucketObjectLockConfiguration'],
  GetPublicAccessBlockCommand: ['s3:GetBucketPublicAccessBlock'],
  PutBucketEncryptionCommand: ['s3:PutEncryptionConfiguration'],
  PutBucketLifecycleConfigurationCommand: ['s3:PutLifecycleConfiguration'],
  PutBucketPolicyCommand: ['s3:PutBucketPolicy'],
  PutBucketVersioningCommand: ['s3:PutBucketVersioning'],
  PutPublicAccessBlockCommand: ['s3:PutBucketPublicAccessBlock'],
  EncryptCommand: ['kms:Encrypt'],
  DecryptCommand: ['kms:Decrypt'],
  DescribeKeyCommand: ['kms:DescribeKey'],
};

/** Part of the SDK and no request: the clients that send them. */
const clients = ['S3Client', 'KMSClient'];

const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string(),
      Effect: z.literal('Allow'),
      Action: z.union([z.string(), z.array(z.string())]),
      Resource: z.string(),
    }),
  ),
});
const policy = policySchema.parse(JSON.parse(readFileSync('examples/iam-policy.json', 'utf8')));
const granted = policy.Statement.flatMap(({ Action, Resource, Sid }) =>
  [Action].flat().map((action) => ({ action, resource: Resource, sid: Sid })),
);

/** Every name that `src` imports from the AWS SDK as more than a type. */
function importedFromAws(): Set<string> {
  const names = codeBelow('src').flatMap((path) => {
    const { module } = parseSync(path, readFileSync(path, 'utf8'));
    return module.staticImports
      .filter(({ moduleRequest }) => moduleRequest.value.startsWith('@aws-sdk/'))
      .flatMap(({ entries }) => entries.filter(({ isType }) => !isType))
      .map(({ importName }) => importName.name ?? 'everything');
  });
  return new Set(names.filter((name) => !clients.includes(name)));
}

test('everything that is asked of AWS has its actions here', () => {
  const used = importedFromAws();
  expect(used.size).toBeGreaterThan(20);
  expect([...used].filter((name) => !(name in actionsOf))).toEqual([]);
  expect(Object.keys(actionsOf).filter((name) => !used.has(name))).toEqual([]);
});

test('the policy grants what is used, and no more', () => {
  const needed = new Set([...importedFromAws()].flatMap((name) => actionsOf[name] ?? []));
  expect([...new Set(granted.map(({ action }) => action))].sort()).toEqual([...needed].sort());
});

test('each action is granted on what it is about', () => {
  const kindOf = (action: string) => {
    if (action.startsWith('kms:')) return 'key';
    return /Object|Multipart/.test(action) && !/^s3:(List|GetBucket)/.test(action) ? 'object' : 'bucket';
  };
  const resources = {
    key: /^arn:aws:kms:[^*]+$/,
    object: /^arn:aws:s3:::[^*/]+\/prod\/\*/,
    bucket: /^arn:aws:s3:::[^*/]+$/,
  };
  expect(granted.filter(({ action, resource }) => !resources[kindOf(action)].test(resource))).toEqual([]);
});

test('versions, which are what is left after a mistake, may be destroyed of keys alone', () => {
  const destroying = granted.filter(({ action }) => action === 's3:DeleteObjectVersion');
  expect(destroying.map(({ resource }) => resource)).toEqual(['arn:aws:s3:::sgs-gita-alumni-backups/prod/*/keys']);
});

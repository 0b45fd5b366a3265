import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { endpoint, flag, number, saying, section, text } from './section.ts';

const local = {
  type: z.literal('local', { error: saying('local or s3') }),
  path: text('the path of a directory'),
};

const s3 = {
  type: z.literal('s3'),
  bucket: z
    .string({ error: saying('the name of a bucket') })
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'should be the name of a bucket: 3 to 63 of a-z, 0-9, dots and dashes',
    ),
  prefix: z
    .string({ error: saying('what keys begin with, like prod') })
    .regex(
      /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
      'should be like prod or backups/prod, of letters, digits, `.`, `_` and `-`, without a slash at its ends',
    )
    .optional(),
  region: z
    .string({ error: saying('a region, like us-east-1') })
    .regex(/^[a-z0-9-]+$/, 'should be a region, like us-east-1')
    .optional(),
  sse: z.enum(['aws:kms', 'AES256', 'none'], { error: saying('aws:kms, AES256 or none') }).optional(),
  kmsKeyId: text('a key id, ARN or alias, like alias/backups').optional(),
  endpoint: endpoint().optional(),
  forcePathStyle: flag('whether the bucket stands in the path instead of the host name').optional(),
  partMegabytes: number('MiB in one part of an upload, 5 to 1024', 5, 1024).optional(),
};

const name = z
  .string({ error: saying('a name') })
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'should be plain, like off-site');

/** Where backups go first: a directory of this machine, or a bucket. */
export const primarySchema = z.discriminatedUnion('type', [section(local), withKey(section(s3))], {
  error: placeError,
});

const copied = {
  name,
  maxLag: durationSchema.optional(),
};

/** The same, by name, and how far it may be behind. */
export const copySchema = z.discriminatedUnion(
  'type',
  [section({ ...copied, ...local }), withKey(section({ ...copied, ...s3 }))],
  {
    error: placeError,
  },
);

function typeOf(value: unknown): unknown {
  return (Object(value) as { type?: unknown }).type;
}

function withKey<Bucket extends z.ZodType<{ sse?: string | undefined; kmsKeyId?: string | undefined }>>(
  schema: Bucket,
): Bucket {
  return schema.check(({ value, issues }) => {
    const { sse, kmsKeyId } = value;
    if (kmsKeyId === undefined || sse === 'aws:kms') return;
    issues.push({ code: 'custom', message: 'needs sse: aws:kms beside it', path: ['kmsKeyId'], input: kmsKeyId });
  });
}

function placeError(issue: { code?: string | undefined; input?: unknown }): string {
  return issue.code === 'invalid_union'
    ? saying('local or s3')({ input: typeOf(issue.input) })
    : saying('a mapping, like { type: local, path: /var/backups/mysql }')(issue);
}

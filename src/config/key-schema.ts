import { z } from 'zod';
import { kmsArnPattern } from '../domain/kms-arn.ts';
import { endpoint, flag, saying, section, text } from './section.ts';

/** A key of one's own in a file, or one that never leaves AWS KMS. */
export const keySchema = section({
  id: z
    .string({ error: saying('the id that the key file holds, or a name of your own for a key of AWS KMS') })
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'should be of letters, digits, dots, dashes and underscores, like k-2026-11'),
  file: text('the path of a key file; tidemark init makes one').optional(),
  kms: z
    .string({ error: saying('the ARN of a key in AWS KMS') })
    .regex(
      kmsArnPattern,
      "should be the key's own ARN, not that of an alias, which can be pointed elsewhere: aws kms describe-key --key-id ALIAS prints it",
    )
    .optional(),
  endpoint: endpoint().optional(),
  encrypts: flag('whether new backups are wrapped under it as well as under the first').optional(),
}).check((context) => {
  const { file, kms, endpoint } = context.value;
  const wrong = (path: string[], message: string) =>
    context.issues.push({ code: 'custom', message, path, input: context.value });
  if (file === undefined && kms === undefined) {
    wrong(
      ['file'],
      'is missing: write the path of a key file, tidemark init makes one; or kms: and the ARN of a key in AWS KMS',
    );
  }
  if (file !== undefined && kms !== undefined) wrong(['kms'], 'stands beside file: give each key an entry of its own');
  if (endpoint !== undefined && kms === undefined)
    wrong(['endpoint'], 'is of AWS KMS, and a file has none: take it out');
});

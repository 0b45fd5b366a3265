import { expect, it } from 'vitest';
import { isSameKmsKey, kmsArnPattern, regionOfKey } from '../../src/domain/kms-arn.ts';

const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const multi = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab';

it.each([
  [arn, arn, true],
  [arn, arn.replace('eu-west-1', 'us-east-1'), false],
  [multi, multi.replace('eu-west-1', 'us-east-1'), true],
  [multi, multi.replace('111122223333', '444455556666'), false],
  [multi, multi.replace('1234abcd', '4321abcd'), false],
])('%s and %s: the same key is %s', (one, other, same) => {
  expect(isSameKmsKey(one, other)).toBe(same);
});

it.each([arn, multi, arn.replace('aws', 'aws-us-gov')])('%s names a key and its region', (one) => {
  expect(kmsArnPattern.test(one)).toBe(true);
  expect(regionOfKey(one)).toBe('eu-west-1');
});

it.each([arn.replace('key/', 'alias/'), 'alias/backups', '1234abcd', arn.replace('kms', 's3'), `${arn} --profile x`])(
  '%s names none',
  (one) => {
    expect(kmsArnPattern.test(one)).toBe(false);
  },
);

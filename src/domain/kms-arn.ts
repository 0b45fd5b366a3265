/** A key's own ARN in AWS KMS. That of an alias is none: it can be pointed at another key, which opens nothing of what was wrapped before. */
export const kmsArnPattern = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/** `eu-west-1`: a key lives in one region, and only there can it be asked. */
export function regionOfKey(arn: string): string {
  return kmsArnPattern.exec(arn)?.[1] ?? '';
}

/** Whether two ARNs are of one key: a multi-Region key (`mrk-…`) has one in each of its regions. */
export function isSameKmsKey(one: string, other: string): boolean {
  const everywhere = (arn: string) => (arn.includes(':key/mrk-') ? arn.replace(regionOfKey(arn), '') : arn);
  return everywhere(one) === everywhere(other);
}

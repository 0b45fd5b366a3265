import type { LifecycleRule } from '@aws-sdk/client-s3';

export const expiredTag = { Key: 'tidemark-expired', Value: 'true' };
const unfinishedDays = 7;
const replacedDays = 30;

/** What Tidemark wants a bucket to tidy away by itself. `root` is its prefix with a `/`, or empty. */
export const lifecycleWishes = (root: string): readonly LifecycleWish[] => [
  {
    id: 'unfinished-uploads',
    rule: {
      ID: 'tidemark-unfinished-uploads',
      Status: 'Enabled',
      Filter: { Prefix: root },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: unfinishedDays },
    },
    isMetBy: (rule) =>
      reaches(rule, root) && (rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? Infinity) <= unfinishedDays,
    good: `unfinished uploads are removed within ${unfinishedDays} days`,
    lacking: 'unfinished uploads that nobody sweeps stay, and cost, for ever',
  },
  {
    id: 'expired-objects',
    rule: {
      ID: 'tidemark-expired-objects',
      Status: 'Enabled',
      Filter: root ? { And: { Prefix: root, Tags: [expiredTag] } } : { Tag: expiredTag },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    isMetBy: (rule) =>
      tagsOf(rule).some(({ Key, Value }) => Key === expiredTag.Key && Value === expiredTag.Value) &&
      root.startsWith(prefixOf(rule)) &&
      rule.Expiration?.Days !== undefined,
    good: `objects tagged ${expiredTag.Key}=${expiredTag.Value} are removed`,
    lacking: `objects tagged ${expiredTag.Key}=${expiredTag.Value} stay`,
  },
  {
    id: 'replaced-versions',
    rule: {
      ID: 'tidemark-replaced-versions',
      Status: 'Enabled',
      Filter: { Prefix: root },
      Expiration: { ExpiredObjectDeleteMarker: true },
      NoncurrentVersionExpiration: { NoncurrentDays: replacedDays },
    },
    isMetBy: (rule) => reaches(rule, root) && rule.NoncurrentVersionExpiration?.NoncurrentDays !== undefined,
    good: 'versions that were replaced or removed go after a while',
    lacking: 'with versioning, what was removed stays, and costs, for ever',
  },
];

export interface LifecycleWish {
  readonly id: string;
  readonly rule: LifecycleRule;
  readonly isMetBy: (rule: LifecycleRule) => boolean;
  readonly good: string;
  readonly lacking: string;
}

/** The rules with a wish among them; those of others stay as they are. */
export function withRule(rules: readonly LifecycleRule[], wish: LifecycleWish): LifecycleRule[] {
  return [...rules.filter(({ ID }) => ID !== wish.rule.ID), wish.rule];
}

export function isMet(rules: readonly LifecycleRule[], wish: LifecycleWish): boolean {
  return rules.some((rule) => rule.Status === 'Enabled' && wish.isMetBy(rule));
}

/** Whether a rule is about every object below `root`, whatever its tags and size. */
function reaches(rule: LifecycleRule, root: string): boolean {
  const { And, ObjectSizeGreaterThan, ObjectSizeLessThan } = rule.Filter ?? {};
  const bySize = [ObjectSizeGreaterThan, ObjectSizeLessThan, And?.ObjectSizeGreaterThan, And?.ObjectSizeLessThan];
  return tagsOf(rule).length === 0 && bySize.every((size) => size === undefined) && root.startsWith(prefixOf(rule));
}

function prefixOf({ Prefix, Filter }: LifecycleRule): string {
  return Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? '';
}

function tagsOf({ Filter }: LifecycleRule) {
  return [...(Filter?.Tag ? [Filter.Tag] : []), ...(Filter?.And?.Tags ?? [])];
}

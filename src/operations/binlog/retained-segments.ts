import { dayPrefix, type SegmentFacts, segmentNames } from '../../domain/binlog/segment.ts';
import type { Pin } from '../../domain/pin.ts';
import type { RetainedEntry } from '../../domain/retention/prune-plan.ts';
import type { Repository } from '../../ports/repository.ts';
import type { World } from '../world.ts';
import { listChain } from './list-chain.ts';
import type { StoredSegment } from './store-segment.ts';

/** The binlog segments of a source in one repository, as retention looks at them. Those of the file that is being streamed stay: the stream goes on there. */
export async function retainedSegments(
  world: World,
  repository: Repository,
  source: string,
): Promise<readonly RetainedEntry[]> {
  const { segments } = await listChain(world, repository, source);
  const newest = newestFile(segments.map(({ facts }) => facts));
  return segments.map(({ facts, dayId }) => {
    const names = segmentNames(facts);
    const prefix = dayPrefix(source, dayId);
    return {
      id: `${prefix}${names.bytes}`,
      kind: 'binlog',
      takenAt: new Date(facts.storedAt),
      coversFrom: new Date(facts.firstAt ?? facts.fileCreatedAt),
      state: 'good',
      pin: fileOf(facts) === newest ? streamed(facts) : null,
      bytes: facts.storedBytes,
      objects: [`${prefix}${names.facts}`, `${prefix}${names.bytes}`],
    };
  });
}

function newestFile(segments: readonly SegmentFacts[]): string | undefined {
  return segments.map(fileOf).sort().at(-1);
}

/** Sorts as the files followed each other, timelines and numbers ascending. */
function fileOf({ timeline, fileCreatedAt, file }: SegmentFacts): string {
  return JSON.stringify([timeline, fileCreatedAt, file]);
}

function streamed({ storedAt }: StoredSegment['facts']): Pin {
  return { reason: 'the file that is being streamed', until: null, by: 'tidemark', at: storedAt };
}

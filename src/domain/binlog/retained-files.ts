import type { RetainedEntry } from '../retention/prune-plan.ts';
import { dayPrefix, parseFileName, type SegmentFacts, segmentNames } from './segment.ts';

interface Stored {
  readonly facts: SegmentFacts;
  readonly dayId: string;
}

/**
 * A source's binlog files in one repository, as retention looks at them: the segments of a file stay or go together, for without its beginning
 * nothing of a file can be replayed, and a backup's position lies anywhere in it.
 *
 * A file was the server's until the next one began, however long nothing was written to it: so long a backup may lead into it. The newest one still is.
 */
export function retainedFiles(segments: readonly Stored[], now: Date): RetainedEntry[] {
  const files = [...Map.groupBy(segments, ({ facts }) => JSON.stringify([facts.timeline, facts.file])).values()]
    .map(inOrder)
    .sort((a, b) => compareFiles(a, b));
  return files.map((own, index) => {
    const next = files[index + 1];
    const until = next ? Math.max(lastStored(own), firstStored(next)) : now.getTime();
    return describe(own, new Date(until));
  });
}

function describe(segments: readonly Stored[], takenAt: Date): RetainedEntry {
  const { timeline = '', file = '', fileCreatedAt = '' } = segments[0]?.facts ?? {};
  const objects = segments.map(({ facts, dayId }) => {
    const [prefix, names] = [dayPrefix(facts.source, dayId), segmentNames(facts)];
    return { facts: `${prefix}${names.facts}`, bytes: `${prefix}${names.bytes}` };
  });
  return {
    id: `${timeline}/${file}`,
    kind: 'binlog',
    takenAt,
    coversFrom: new Date(fileCreatedAt),
    state: 'good',
    pin: null,
    bytes: segments.reduce((sum, { facts }) => sum + facts.storedBytes, 0),
    pieces: { facts: objects.map(({ facts }) => facts), bytes: objects.map(({ bytes }) => bytes) },
  };
}

/** From the file's beginning on: what a removal that is cut off leaves is its end, and that stands apart from nothing that is kept. */
function inOrder(segments: readonly Stored[]): Stored[] {
  return [...segments].sort((a, b) => a.facts.start - b.facts.start || a.facts.end - b.facts.end);
}

function compareFiles([a]: readonly Stored[], [b]: readonly Stored[]): number {
  if (!a || !b) return 0;
  if (a.facts.timeline !== b.facts.timeline) return a.facts.timeline < b.facts.timeline ? -1 : 1;
  return parseFileName(a.facts.file).number - parseFileName(b.facts.file).number;
}

function lastStored(segments: readonly Stored[]): number {
  return Math.max(...segments.map(({ facts }) => Date.parse(facts.storedAt)));
}

function firstStored(segments: readonly Stored[]): number {
  return Math.min(...segments.map(({ facts }) => Date.parse(facts.storedAt)));
}

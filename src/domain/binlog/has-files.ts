import type { Manifest } from '../manifest.ts';
import { tileSegments } from './chain.ts';
import type { SegmentFacts } from './segment.ts';

/** Whether segments make up all of these files, from their beginnings on. */
export function hasFiles(segments: readonly SegmentFacts[], files: NonNullable<Manifest['binlogs']>['files']): boolean {
  return files.every(({ timeline, file, bytes }) => {
    const own = segments.filter((facts) => facts.timeline === timeline && facts.file === file);
    let end = 0;
    for (const tile of tileSegments(own)) {
      if (tile.start !== end) break;
      end = tile.end;
    }
    return end >= bytes;
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { BinlogInventory, StreamStart } from '../../domain/binlog/decide-start.ts';
import { createFileScan, diverged, type FileScan, type SegmentDraft } from '../../domain/binlog/file-scan.ts';
import { heldMoments } from '../../domain/binlog/held-moments.ts';
import { comparePlaces, nextTimelineId, type SegmentFacts } from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import type { BinlogFeed, SpooledFile } from '../../ports/binlogs.ts';
import { randomSuffix } from '../random-suffix.ts';
import { storePatiently } from './store-patiently.ts';
import type { SegmentOutline } from './store-segment.ts';
import type { Stream } from './stream.ts';
import { watchServer } from './watch-server.ts';

/** Where reading began, and at which server. */
export interface Begun {
  readonly server: BinlogInventory;
  readonly start: StreamStart;
}

/**
 * Ships what a feed brings, in order, until the feed ends or the signal comes. Always throws: the feed's reason, `binlog-diverged`, the
 * signal's. What cannot be stored now waits in the spool, up to its bound.
 */
export async function shipFeed(stream: Stream, feed: BinlogFeed, { server, start }: Begun): Promise<never> {
  const { world, signal, tuning, chain, standing } = stream;
  const timeline = timelineOf(stream, start);
  const moments = heldMoments();
  const drafts: SegmentDraft[] = [];
  /** Said once, of the next segment: why the timeline begins, and what this file follows. */
  let begins = start.kind === 'new-timeline' ? start.begins : undefined;
  let follows = start.kind === 'resume' ? undefined : start.follows;
  let file = start.file;
  let scan = start.kind === 'resume' ? openScan(start.offset, start.known) : openScan(0);
  let sent = 0;
  let cutAt = world.clock.now().getTime();
  let ended: Failure | undefined;
  void feed.ended.then((failure) => {
    ended = failure;
  });

  const watch = watchServer(stream, timeline, moments);
  try {
    for (;;) {
      const over = ended;
      const files = await feed.files();
      await readOn(files);
      const next = fileBehind(files);
      if (next) {
        await closeFile(next);
        continue;
      }
      if (over || world.clock.now().getTime() - cutAt >= tuning.cutAfter) await cut();
      // What was shipped last comes again at once: a feed that does not bring it has mended nothing yet.
      if (scan.agrees) showStanding();
      watch.refuseStandstill(scan.end > storedEnd());
      if (over) throw scan.agrees || start.kind !== 'resume' ? over : refused(over);
      await Promise.race([pause(tuning.tick, undefined, { signal }), feed.ended, watch.failed]);
    }
  } finally {
    watch.stop();
  }

  function openScan(from: number, known?: Extract<StreamStart, { kind: 'resume' }>['known']): FileScan {
    return createFileScan({
      file,
      flavour: server.flavour,
      from,
      ...(known && { known }),
      draftBytes: tuning.segmentBytes,
      crc32,
      onDraft: (draft) => drafts.push(draft),
    });
  }

  async function readOn(files: readonly SpooledFile[]): Promise<void> {
    const bytes = files.find(({ name }) => name === file)?.bytes ?? 0;
    if (bytes <= sent) return;
    for await (const chunk of feed.read(file, sent, bytes)) {
      scan.push(chunk);
      sent += chunk.length;
      await ship();
    }
  }

  /** Once there is one, the file that is being read is all there. */
  function fileBehind(files: readonly SpooledFile[]): string | undefined {
    const index = files.findIndex(({ name }) => name === file);
    return index < 0 ? undefined : files[index + 1]?.name;
  }

  async function closeFile(next: string): Promise<void> {
    if (start.kind === 'resume' && file === start.file && scan.end < start.known.end) throw diverged(file, scan.end);
    await cut();
    await feed.release(file);
    follows = { timeline, file, end: scan.end, by: 'rotation' };
    file = next;
    sent = 0;
    scan = openScan(0);
  }

  async function cut(): Promise<void> {
    scan.cut();
    await ship();
    cutAt = world.clock.now().getTime();
  }

  async function ship(): Promise<void> {
    for (let draft = drafts.shift(); draft; draft = drafts.shift()) {
      const range = { start: scan.sentAt(draft.start), end: scan.sentAt(draft.end) };
      chain.add(await storePatiently(stream, feed, { outline: outlineOf(draft), ...range }));
      begins = undefined;
      showStanding();
    }
  }

  function outlineOf(draft: SegmentDraft): SegmentOutline {
    const { fileCreatedAt, firstAt, lastAt, ...facts } = draft;
    const heldAllAt = moments.heldAt({ file, end: draft.completeThrough });
    return {
      formatVersion: 1,
      source: stream.source.name,
      timeline,
      serverUuid: server.serverUuid,
      flavour: server.flavour,
      serverVersion: server.version,
      ...facts,
      fileCreatedAt: fileCreatedAt.toISOString(),
      ...(firstAt && { firstAt: firstAt.toISOString() }),
      ...(lastAt && { lastAt: lastAt.toISOString() }),
      ...(draft.start === 0 && follows && { follows }),
      ...(begins && { begins }),
      ...(heldAllAt && { heldAllAt: heldAllAt.toISOString() }),
    };
  }

  function storedEnd(): number {
    const last = lastOf(stream, timeline);
    return last?.file === file ? last.end : 0;
  }

  function showStanding(): void {
    const last = lastOf(stream, timeline);
    const place = last && { file: last.file, end: last.completeThrough };
    const heldAllAt = place && moments.heldAt(place);
    const look = watch.latest;
    const isLevel = look && place && comparePlaces({ file: look.file, end: look.offset }, place) <= 0;
    const isNear = look && heldAllAt && look.at.getTime() - heldAllAt.getTime() < nearMilliseconds;
    standing.update({
      state: isLevel || isNear ? 'streaming' : 'catching-up',
      trouble: null,
      ...(look && { server: { file: look.file, offset: look.offset } }),
      ...(heldAllAt && { heldAllAt: heldAllAt.toISOString() }),
    });
  }
}

/** The server would not go on where the repository ends. */
function refused(cause: Failure): Failure {
  if (cause.code !== 'program-failed') return cause;
  return new Failure('binlog-refused', cause.message, { cause, hint: cause.hint });
}

/** Under load there is always something that is not shipped yet. */
const nearMilliseconds = 30_000;

function timelineOf({ world, chain }: Stream, start: StreamStart): SegmentFacts['timeline'] {
  const current = chain.end()?.last.timeline;
  if (current !== undefined && start.kind !== 'new-timeline') return current;
  const earlier = chain.segments().map(({ facts }) => facts.timeline);
  return nextTimelineId(earlier, world.clock.now(), randomSuffix());
}

/** What the chain ends with, if that is of this timeline. */
function lastOf({ chain }: Stream, timeline: string): SegmentFacts | undefined {
  const last = chain.end()?.last;
  return last?.timeline === timeline ? last : undefined;
}

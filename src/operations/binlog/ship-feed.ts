import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { BinlogInventory, StreamStart } from '../../domain/binlog/decide-start.ts';
import { createFileScan, type FileScan, type SegmentDraft } from '../../domain/binlog/file-scan.ts';
import { heldMoments } from '../../domain/binlog/held-moments.ts';
import { comparePlaces, makeTimelineId, type SegmentFacts } from '../../domain/binlog/segment.ts';
import { Failure, toFailure } from '../../domain/failure.ts';
import type { BinlogFeed, SpooledFile } from '../../ports/binlogs.ts';
import { randomSuffix } from '../random-suffix.ts';
import { type SegmentOutline, storeSegment } from './store-segment.ts';
import type { Stream } from './stream.ts';
import { watchServer } from './watch-server.ts';

/** Where reading began, and at which server. */
export interface Begun {
  readonly server: BinlogInventory;
  readonly start: StreamStart;
}

/**
 * Ships what a feed brings, in order, until the feed ends or the signal comes. Always throws: the feed's reason, `binlog-diverged`, the signal's.
 * What cannot be stored now waits in the spool, up to its bound.
 */
export async function shipFeed(stream: Stream, feed: BinlogFeed, begun: Begun, onShipped: () => void): Promise<never> {
  const { world, signal, tuning, chain, standing } = stream;
  const { server, start } = begun;
  const timeline =
    start.kind === 'new-timeline' ? nextTimeline(stream) : (chain.end()?.last.timeline ?? nextTimeline(stream));
  const moments = heldMoments();
  const drafts: SegmentDraft[] = [];
  let begins = start.kind === 'new-timeline' ? start.begins : undefined;
  let follows = start.kind === 'resume' ? undefined : start.follows;
  let known = start.kind === 'resume' ? start.known : undefined;
  let scan = openScan(start.file, start.kind === 'resume' ? start.offset : 0);
  let file = start.file;
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
      const next = files[files.findIndex(({ name }) => name === file) + 1];
      if (next && files.some(({ name }) => name === file)) {
        await closeFile(next.name);
        continue;
      }
      if (over || world.clock.now().getTime() - cutAt >= tuning.cutAfter) await cut();
      showStanding();
      watch.refuseStandstill(scan.end > storedEnd());
      if (over) throw over;
      await Promise.race([pause(tuning.tick, undefined, { signal }), feed.ended, watch.failed]);
    }
  } finally {
    watch.stop();
  }

  function openScan(name: string, from: number): FileScan {
    return createFileScan({
      file: name,
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

  async function cut(): Promise<void> {
    scan.cut();
    await ship();
    cutAt = world.clock.now().getTime();
  }

  /** The server has gone on to the next file: this one is all there. */
  async function closeFile(next: string): Promise<void> {
    if (known && scan.end < known.end) {
      throw new Failure(
        'binlog-diverged',
        `${file} ends at ${scan.end} on the server; ${known.end} bytes of it were shipped.`,
        {
          hint: 'Its binlogs were reset, or it was restored. Take a full backup: recovery to later moments begins there.',
        },
      );
    }
    await cut();
    await feed.release(file);
    follows = { timeline, file, end: scan.end, by: 'rotation' };
    known = undefined;
    file = next;
    sent = 0;
    scan = openScan(next, 0);
  }

  async function ship(): Promise<void> {
    for (let draft = drafts.shift(); draft; draft = drafts.shift()) {
      const heldAllAt = moments.heldAt({ file, end: draft.completeThrough });
      const outline = outlineOf(draft, heldAllAt);
      chain.add(await storePatiently(outline));
      onShipped();
      begins = undefined;
      if (draft.start === 0) follows = undefined;
      showStanding();
    }
  }

  function outlineOf(draft: SegmentDraft, heldAllAt: Date | undefined): SegmentOutline {
    const { fileCreatedAt, firstAt, lastAt, ...rest } = draft;
    return {
      formatVersion: 1,
      source: stream.source.name,
      timeline,
      serverUuid: server.serverUuid,
      flavour: server.flavour,
      serverVersion: server.version,
      ...rest,
      fileCreatedAt: fileCreatedAt.toISOString(),
      ...(firstAt && { firstAt: firstAt.toISOString() }),
      ...(lastAt && { lastAt: lastAt.toISOString() }),
      ...(draft.start === 0 && follows && { follows }),
      ...(begins && { begins }),
      ...(heldAllAt && { heldAllAt: heldAllAt.toISOString() }),
    };
  }

  /** Tries until it is stored, unless so much waits by then that the server had better keep the rest. */
  async function storePatiently(outline: SegmentOutline) {
    const range = [scan.sentAt(outline.start), scan.sentAt(outline.end)] as const;
    for (let wait = 500; ; wait = Math.min(30_000, wait * 2)) {
      try {
        const day = await stream.keys.today();
        const place = {
          repository: world.repositories.primary,
          day,
          now: () => world.clock.now(),
          crashPoint: world.crashPoint,
          signal,
        };
        return await storeSegment(place, outline, feed.read(outline.file, ...range));
      } catch (error) {
        signal.throwIfAborted();
        const failure = toFailure(error);
        if (['object-exists', 'integrity'].includes(failure.code)) throw failure;
        showTrouble(failure);
        await refuseFullSpool(failure);
        await pause(wait, undefined, { signal });
      }
    }
  }

  async function refuseFullSpool(failure: Failure): Promise<void> {
    const waiting = (await feed.files()).reduce((sum, { bytes }) => sum + bytes, 0) - scan.sentAt(storedEnd());
    if (waiting > tuning.spoolBytes) throw failure;
  }

  function storedEnd(): number {
    const last = chain.end()?.last;
    return last?.timeline === timeline && last.file === file ? last.end : 0;
  }

  function showTrouble({ code, message, hint, retryable }: Failure): void {
    const since = standing.current.trouble?.since ?? world.clock.now().toISOString();
    standing.update({ state: 'waiting', trouble: { code, message, hint, retryable, since } });
  }

  function showStanding(): void {
    const last = chain.end()?.last;
    const at = last?.timeline === timeline ? { file: last.file, end: last.completeThrough } : undefined;
    const heldAllAt = at && moments.heldAt(at);
    const look = watch.latest;
    const isBehind = look && (!at || comparePlaces(at, { file: look.file, end: look.offset }) < 0);
    standing.update({
      state: isBehind && !heldRecently(heldAllAt) ? 'catching-up' : 'streaming',
      trouble: null,
      ...(look && { server: { file: look.file, offset: look.offset } }),
      ...(heldAllAt && { heldAllAt: heldAllAt.toISOString() }),
    });
  }

  function heldRecently(heldAllAt: Date | undefined): boolean {
    return heldAllAt !== undefined && (watch.latest?.at.getTime() ?? 0) - heldAllAt.getTime() < 30_000;
  }
}

/** Ids sort by when timelines began, whatever the clock did. */
function nextTimeline({ world, chain }: Stream): SegmentFacts['timeline'] {
  const newest = chain
    .segments()
    .reduce((latest, { facts }) => (facts.timeline > latest ? facts.timeline : latest), '');
  let at = world.clock.now();
  while (makeTimelineId(at, '') <= newest) at = new Date(at.getTime() + 1000);
  return makeTimelineId(at, randomSuffix());
}

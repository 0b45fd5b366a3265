import type { HeldMoments } from '../../domain/binlog/held-moments.ts';
import { comparePlaces, parseFileName } from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import type { ServerPosition } from '../../ports/binlogs.ts';
import type { Stream } from './stream.ts';

/** Looks at where the server writes, beside the feed. */
export interface ServerWatch {
  readonly latest: ServerPosition | undefined;
  /** Resolves when the server was seen to have gone back; `refuseStandstill` then throws. */
  readonly failed: Promise<void>;
  /** Throws when reading must begin anew: the server has gone back, or is further and sends nothing. `busy`: there is something to ship. */
  refuseStandstill(busy: boolean): void;
  stop(): void;
}

export function watchServer(
  { world, source, chain, tuning }: Stream,
  timeline: string,
  moments: HeldMoments,
): ServerWatch {
  let latest: ServerPosition | undefined;
  let wentBack: Failure | undefined;
  let tellFailed: () => void = () => {};
  const failed = new Promise<void>((resolve) => {
    tellFailed = resolve;
  });
  let movedAt = world.clock.now().getTime();
  let endSeen = '';

  const endOfTimeline = () => {
    const last = chain.end()?.last;
    return last?.timeline === timeline ? last : undefined;
  };

  const look = async () => {
    // What is stored before the question cannot be further than the answer.
    const stored = endOfTimeline();
    const position = await source.binlogs.position().catch(() => undefined);
    if (!position) return;
    const storedPlace = stored && { file: stored.file, offset: stored.end };
    const isOther = latest !== undefined && latest.serverId !== position.serverId;
    if (isOther || [latest, storedPlace].some((before) => before && isBehind(position, before))) {
      wentBack = serverWentBack(source.name);
      tellFailed();
      return;
    }
    latest = position;
    moments.looked(position);
  };
  const stop = world.clock.every(tuning.tick, look, { atOnce: true });

  return {
    get latest() {
      return latest;
    },
    failed,
    refuseStandstill(busy) {
      if (wentBack) throw wentBack;
      const now = world.clock.now().getTime();
      const end = endOfTimeline();
      const seen = `${end?.file}:${end?.end}`;
      const isLevel = latest && end && comparePlaces({ file: latest.file, end: latest.offset }, end) <= 0;
      if (busy || isLevel || seen !== endSeen) movedAt = now;
      endSeen = seen;
      if (now - movedAt > tuning.standstill) throw standsStill(source.name);
    },
    stop,
  };
}

function isBehind(a: Pick<ServerPosition, 'file' | 'offset'>, b: Pick<ServerPosition, 'file' | 'offset'>): boolean {
  const sameNames = parseFileName(a.file).base === parseFileName(b.file).base;
  return !sameNames || comparePlaces({ file: a.file, end: a.offset }, { file: b.file, end: b.offset }) < 0;
}

function serverWentBack(source: string): Failure {
  return new Failure(
    'source-unreachable',
    `${source} writes its binlogs at an earlier place than before, or is another server now.`,
    {
      hint: 'Its binlogs were reset, or it was restored. The stream looks at them anew.',
    },
  );
}

function standsStill(source: string): Failure {
  return new Failure('source-unreachable', `${source} sends no binlogs, though it has written some.`, {
    hint: 'The stream connects anew by itself. If that goes on, look at the network and the error log of the server.',
  });
}

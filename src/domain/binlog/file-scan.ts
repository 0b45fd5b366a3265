import { Failure } from '../failure.ts';
import type { Flavour } from '../server.ts';
import { type EventMeaning, meaningOf, wantedBytes } from './event-meaning.ts';
import { type Crc32, createEventReader, magicBytes, type RawEvent } from './event-reader.ts';
import { historyCollector } from './history.ts';
import { type EndedTransaction, transactionTracker } from './transaction-tracker.ts';

/** A stretch of a server's file that is to become a segment, and what is in it. Offsets are those of the server's file. */
export interface SegmentDraft {
  readonly file: string;
  /** When the server began the file, by its own clock: tells two files of one name apart. */
  readonly fileCreatedAt: Date;
  readonly start: number;
  readonly end: number;
  /** The end of the last whole transaction; where the one that is open at `end` begins. */
  readonly completeThrough: number;
  readonly lastEvent: EventMark;
  /** GTIDs of the transactions that end in here. */
  readonly history: string;
  /** What was executed before the file began. Only where the file's beginning is in here. */
  readonly before?: string;
  readonly transactions: number;
  /** Of the transactions that end in here, by the server's clock, in whole seconds. */
  readonly firstAt?: Date;
  readonly lastAt?: Date;
  /** How the server ended the file, if that is in here. */
  readonly ending?: 'rotate' | 'stop';
  /** How often the server itself said that its binlog misses something. */
  readonly incidents: number;
}

/** An event, so that it is known again. */
export interface EventMark {
  readonly start: number;
  readonly fingerprint: string;
}

export interface FileScanOptions {
  readonly file: string;
  readonly flavour: Flavour;
  /** The offset that was asked for: where the events behind the made-up beginning lie in the server's file. Up to 4 means the whole file. */
  readonly from: number;
  /** What is there already: it is looked at, and not handed on again. */
  readonly known?: Pick<SegmentDraft, 'fileCreatedAt' | 'end' | 'lastEvent'>;
  /** At how many bytes a draft is cut by itself, at the next event's end. */
  readonly draftBytes: number;
  readonly crc32: Crc32;
  readonly onDraft: (draft: SegmentDraft) => void;
}

export interface FileScan {
  /** Takes the next bytes of what the server sent of this file. Failures: `integrity`; `binlog-diverged` when the server has another event where the known last one was. */
  push(bytes: Uint8Array): void;
  /** Hands on what was read since the last draft, if there is a whole event. */
  cut(): void;
  /** The end of the last whole event, in the server's file. */
  readonly end: number;
  /** Whether all that was known has come again, the same; where nothing was known, whether anything has come. */
  readonly agrees: boolean;
  /** Where a byte of the server's file lies in what was sent: the server puts a format event of its own in front when asked for the rest of a file. */
  sentAt(offset: number): number;
}

/** Reads one file as the server sends it, and cuts it into drafts of segments. */
export function createFileScan(options: FileScanOptions): FileScan {
  const { file, flavour, from, known, draftBytes } = options;
  const wholeFile = from <= magicBytes;
  const history = historyCollector(flavour);
  const transaction = transactionTracker();
  let fileCreatedAt = new Date(0);
  let shift: number | undefined = wholeFile ? 0 : undefined;
  const begunAt = wholeFile ? magicBytes : from;
  let end = begunAt;
  let completeThrough = known ? from : 0;
  let start = known?.end ?? 0;
  let lastEvent: EventMark = { start: 0, fingerprint: '' };
  let found = nothingFound();

  const reader = createEventReader({ crc32: options.crc32, wanted: wantedBytes, onEvent: take });

  function take(event: RawEvent): void {
    const meaning = meaningOf(event, flavour);
    if (meaning.kind === 'format') begin(event);
    // Made up for this connection: not in the file.
    if (event.position === 0) {
      if (shift === undefined) return;
      throw outOfStep(file, end, 'the server put something of its own in between');
    }
    shift ??= from - event.at;
    const mark = { start: event.at + shift, fingerprint: fingerprintOf(event) };
    if (mark.start !== end || event.position !== (end + event.bytes) % 2 ** 32) {
      throw outOfStep(file, end, `the next event says that it ends at ${event.position}`);
    }
    end += event.bytes;
    if (known && mark.start < known.end && end >= known.end && !isSameEvent(mark, known.lastEvent)) {
      throw diverged(file, mark.start);
    }
    const ended = transaction.take(meaning, event.timestamp);
    if (transaction.isWhole()) completeThrough = end;
    else if (meaning.kind === 'gtid') completeThrough = mark.start;
    // Judged when it was shipped; a transaction that was open then counts when it ends.
    if (known && end <= known.end) return;
    lastEvent = mark;
    note(meaning, ended);
    if (end - start >= draftBytes) cut();
  }

  function begin({ timestamp }: RawEvent): void {
    fileCreatedAt = new Date(timestamp * 1000);
    if (known && known.fileCreatedAt.getTime() !== fileCreatedAt.getTime()) throw diverged(file, magicBytes);
  }

  function note(meaning: EventMeaning, ended: EndedTransaction | undefined): void {
    if (meaning.kind === 'before') found.before = meaning.history;
    if (meaning.kind === 'rotate' || meaning.kind === 'stop') found.ending = meaning.kind;
    if (meaning.kind === 'incident') found.incidents += 1;
    if (!ended) return;
    if (ended.gtid) history.add(ended.gtid);
    found.transactions += 1;
    found.first = Math.min(found.first, ended.first);
    found.last = Math.max(found.last, ended.last);
  }

  function cut(): void {
    if (lastEvent.fingerprint === '' || end <= start) return;
    const { before, ending, transactions, incidents, first, last } = found;
    options.onDraft({
      file,
      fileCreatedAt,
      start,
      end,
      completeThrough,
      lastEvent,
      history: history.take(),
      ...(start === 0 && before !== undefined && { before }),
      transactions,
      ...(transactions > 0 && { firstAt: new Date(first * 1000), lastAt: new Date(last * 1000) }),
      ...(ending && { ending }),
      incidents,
    });
    start = end;
    found = nothingFound();
  }

  return {
    push: (bytes) => reader.push(bytes),
    cut,
    get end() {
      return end;
    },
    get agrees() {
      return end > begunAt && end >= (known?.end ?? 0);
    },
    sentAt: (offset) => offset - (shift ?? 0),
  };
}

function nothingFound() {
  return {
    before: undefined as string | undefined,
    ending: undefined as 'rotate' | 'stop' | undefined,
    transactions: 0,
    incidents: 0,
    first: Number.MAX_SAFE_INTEGER,
    last: 0,
  };
}

/** Header and content: the checksum covers both. */
function fingerprintOf({ timestamp, type, serverId, bytes, crc }: RawEvent): string {
  return [timestamp, type, serverId, bytes, crc.toString(16).padStart(8, '0')].join('-');
}

function isSameEvent(a: EventMark, b: EventMark): boolean {
  return a.start === b.start && a.fingerprint === b.fingerprint;
}

function outOfStep(file: string, at: number, what: string): Failure {
  return new Failure('integrity', `${file} does not add up at ${at}: ${what}.`, {
    hint: 'It is read again from the server. If that goes on, look into the error log of the server.',
  });
}

/** The server's file is another than the one that was shipped. */
export function diverged(file: string, at: number): Failure {
  return new Failure(
    'binlog-diverged',
    `The server has another event at ${at} of ${file} than the one that was shipped.`,
    {
      hint: 'Its binlogs were reset, or it was restored. Take a full backup: recovery to later moments begins there.',
    },
  );
}

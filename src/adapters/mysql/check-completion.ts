import { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { zstdDecompressSync } from 'node:zlib';
import { joined, zstdFrameSplitter } from '../../domain/zstd-frames.ts';

/** Lets compressed bytes pass, and looks at how they end. */
export interface CompletionCheck {
  readonly stream: Transform;
  /** Once all bytes have passed: whether the last line is the one that mysqldump ends with. */
  readonly complete: Promise<boolean>;
}

/** mysqldump's last line lies in the last frame, or a piece of it in the one before; frames can be read alone, so this costs next to nothing. */
export function checkCompletion(): CompletionCheck {
  const splitter = zstdFrameSplitter();
  let lastTwo: Uint8Array[][] = [];
  const stream = new Transform({
    highWaterMark: 64 * 1024,
    transform(chunk: Uint8Array, _encoding, done) {
      try {
        lastTwo = [...lastTwo, ...splitter.push(chunk)].slice(-2);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  const complete = finished(stream, { readable: false }).then(
    () =>
      splitter.end() &&
      endsWell(Buffer.concat(lastTwo.map((frame) => zstdDecompressSync(joined(frame)).subarray(-128)))),
  );
  complete.catch(() => {});
  return { stream, complete };
}

function endsWell(sql: Buffer): boolean {
  return /(^|\n)-- Dump completed[^\n]*\n?$/.test(sql.subarray(-128).toString('latin1'));
}

/**
 * Parts are compressed by pzstd: independent zstd frames of about 2 MiB of SQL, each behind a skippable frame of 12 bytes that
 * tells its size. Every zstd reads it; and one frame can be read without those before it.
 */
const headerBytes = 12;
const headerMagic = 0x184d2a50;
/** No frame of ours comes near this; what claims to is not ours, and would cost that much memory. */
const largestFrame = 64 * 1024 * 1024;

/** Takes compressed bytes in chunks cut anywhere and gives whole frames, without their headers, as the pieces they came in. */
export interface ZstdFrameSplitter {
  /** Frames that this chunk completes. Throws `NotFramed` on anything else than frames behind headers. */
  push(chunk: Uint8Array): Uint8Array[][];
  /** True when the last frame is whole and there was one. */
  end(): boolean;
}

export class NotFramed extends Error {}

export function zstdFrameSplitter(): ZstdFrameSplitter {
  let header = new Uint8Array(0);
  let pieces: Uint8Array[] = [];
  /** Bytes of the current frame that are still to come; 0 while its header is. */
  let missing = 0;
  let frames = 0;
  return {
    push(chunk) {
      const whole: Uint8Array[][] = [];
      let at = 0;
      while (at < chunk.length) {
        if (missing === 0) {
          const taken = Math.min(headerBytes - header.length, chunk.length - at);
          header = joined([header, chunk.subarray(at, at + taken)]);
          at += taken;
          if (header.length === headerBytes) {
            missing = frameSize(header);
            header = new Uint8Array(0);
          }
          continue;
        }
        const taken = Math.min(missing, chunk.length - at);
        pieces.push(chunk.subarray(at, at + taken));
        at += taken;
        missing -= taken;
        if (missing === 0) {
          whole.push(pieces);
          pieces = [];
          frames += 1;
        }
      }
      return whole;
    },
    end: () => frames > 0 && missing === 0 && header.length === 0,
  };
}

/** Puts the header before a frame that was compressed elsewhere. */
export function withFrameHeader(frame: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, headerMagic, true);
  view.setUint32(4, 4, true);
  view.setUint32(8, frame.length, true);
  return joined([header, frame]);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function frameSize(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const size = view.getUint32(8, true);
  if (view.getUint32(0, true) !== headerMagic || view.getUint32(4, true) !== 4 || size === 0 || size > largestFrame) {
    throw new NotFramed('these bytes are not zstd frames behind their sizes');
  }
  return size;
}

/**
 * Reads a stream by the number of bytes wanted. Never holds more than one chunk and what is asked for.
 * `endedEarly` makes the error for bytes that are wanted past the end.
 */
export function byteReader(source: AsyncIterable<Uint8Array>, endedEarly: () => Error) {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function fill(): Promise<boolean> {
    while (held.length === 0) {
      const { done, value } = await chunks.next();
      if (done === true) return false;
      held = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return true;
  }

  /** Between one byte and `most`, whatever is at hand. */
  async function atMost(most: number): Promise<Buffer> {
    if (!(await fill())) throw endedEarly();
    const piece = held.subarray(0, most);
    held = held.subarray(piece.length);
    return piece;
  }

  async function exactly(length: number): Promise<Buffer> {
    if (held.length >= length) {
      const piece = held.subarray(0, length);
      held = held.subarray(length);
      return piece;
    }
    const pieces: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = await atMost(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  return { atMost, exactly, atEnd: async () => !(await fill()) };
}

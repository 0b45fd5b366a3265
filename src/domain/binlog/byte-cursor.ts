import { Failure } from '../failure.ts';

/** Reads a binlog event's body from front to back. Numbers are little-endian. Failure `integrity` past its end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length < 0 || length > this.left) throw tooShort();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  skip(length: number): void {
    this.take(length);
  }

  number(length: number): number {
    return safe(this.take(length).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n));
  }

  text(length: number): string {
    return Buffer.from(this.take(length)).toString('latin1');
  }

  /** A number as the protocol packs it: one byte up to 250, else as many as the first one says. */
  packed(): number {
    const first = this.number(1);
    return first < 251 ? first : this.number({ 252: 2, 253: 3, 254: 8 }[first] ?? 0);
  }

  utf8(length: number): string {
    return Buffer.from(this.take(length)).toString('utf8');
  }

  uuid(): string {
    return formatUuid(this.take(16));
  }

  /** A number of one to nine bytes: as many more follow as the first has ones at its lower end. */
  variable(): number {
    const [first = 0] = this.take(1);
    const more = Math.clz32(0) - Math.clz32((first + 1) & ~first) - 1;
    if (more >= 8) return this.number(8);
    const whole = this.take(more).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) * 256n + BigInt(first);
    return safe(whole >> BigInt(more + 1));
  }

  variableUuid(): string {
    return formatUuid(Uint8Array.from({ length: 16 }, () => this.variable()));
  }
}

function formatUuid(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Failure('integrity', `The binlog holds the number ${value}, which is larger than any that is expected.`, {
      hint: 'Look at the transaction numbers on the server: SELECT @@GLOBAL.gtid_executed.',
    });
  }
  return Number(value);
}

function tooShort(): Failure {
  return new Failure('integrity', 'An event of the binlog is shorter than it says.', {
    hint: 'Read it from the server again. If it is the same there, look into the error log of the server.',
  });
}

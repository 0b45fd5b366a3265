/** What stands before the rows of an INSERT, or after USE. */
export interface StatementHead {
  /** Reads on from `at`; returns where VALUES or the statement ended, or -1 when it goes on in the next chunk. */
  feed(chunk: Buffer, at: number): number;
  readonly endedAtValues: boolean;
  /** The name it is about: `last` alone, or `first`.`last`. */
  name(): { first: string | undefined; last: string } | undefined;
  /** All of it, up to and with VALUES or the semicolon. */
  text(): string;
}

/** Begins right after the word INSERT, REPLACE or USE. */
export function statementHead(): StatementHead {
  const bytes: number[] = [];
  let quote = 0;
  let isEscaped = false;
  let word = '';
  const head = {
    endedAtValues: false,
    feed(chunk: Buffer, at: number): number {
      for (let next = at; next < chunk.length; next += 1) {
        const byte = chunk[next] ?? 0;
        bytes.push(byte);
        if (quote !== 0) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH && quote !== BACKTICK) isEscaped = true;
          else if (byte === quote) quote = 0;
          continue;
        }
        if (word === 'VALUES' && !isWordByte(byte)) {
          head.endedAtValues = true;
          return next;
        }
        word = isWordByte(byte) ? (word + String.fromCharCode(byte).toUpperCase()).slice(-7) : '';
        if (byte === QUOTE || byte === DOUBLE_QUOTE || byte === BACKTICK) quote = byte;
        else if (byte === SEMICOLON) return next + 1;
      }
      return -1;
    },
    name() {
      const found = TARGET.exec(Buffer.from(bytes).toString('utf8'));
      const [first, last] = [found?.[1], found?.[2]];
      if (first === undefined) return undefined;
      return last === undefined
        ? { first: undefined, last: unquote(first) }
        : { first: unquote(first), last: unquote(last) };
    },
    text: () => Buffer.from(head.endedAtValues ? bytes.slice(0, -1) : bytes).toString('utf8'),
  };
  return head;
}

/**
 * Skips a statement that is of no interest, to the semicolon that ends it: not one in a string, a name or a comment.
 * The inside of a versioned comment is SQL like any other. A plain comment with nothing before it ends by itself.
 */
export function statementSkipper() {
  let quote = 0;
  let isEscaped = false;
  let isBlock = false;
  let isLine = false;
  let hasContent = false;
  /** The last signs that may open or close a comment. */
  let signs = '';
  const skipper = {
    /** `opening` is what was already read of the statement. */
    begin(opening: string) {
      quote = 0;
      isEscaped = false;
      isBlock = false;
      isLine = false;
      hasContent = !opening.startsWith('/');
      signs = '';
      skipper.feed(Buffer.from(opening), 0);
    },
    /** Reads on from `at`; returns where the statement ended, or -1 when it goes on in the next chunk. */
    feed(chunk: Buffer, at: number): number {
      for (let next = at; next < chunk.length; next += 1) {
        const byte = chunk[next] ?? 0;
        if (quote !== 0) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH && quote !== BACKTICK) isEscaped = true;
          else if (byte === quote) quote = 0;
        } else if (isLine) {
          isLine = byte !== NEWLINE;
        } else if (isBlock) {
          isBlock = byte !== SLASH || signs !== '*';
          signs = isBlock && byte === STAR ? '*' : '';
          if (!isBlock && !hasContent) return next + 1;
        } else if (readSigns(byte)) {
          return next + 1;
        }
      }
      return -1;
    },
  };
  return skipper;

  /** Outside of everything. True at the end of the statement. */
  function readSigns(byte: number): boolean {
    const before = signs;
    signs = '';
    if (before === '--' && byte <= SPACE) {
      isLine = byte !== NEWLINE;
      return false;
    }
    if (before === '/*' || before === '/*M') {
      if (byte === BANG) {
        hasContent = true;
        return false;
      }
      if (before === '/*' && byte === CAPITAL_M) {
        signs = '/*M';
        return false;
      }
      isBlock = true;
      signs = byte === STAR ? '*' : '';
      return false;
    }
    if (byte !== SLASH && byte !== STAR) hasContent = true;
    if (byte === DASH) signs = before.startsWith('-') ? '--' : '-';
    else if (byte === SLASH) signs = '/';
    else if (byte === STAR && before === '/') signs = '/*';
    else if (byte === HASH) isLine = true;
    else if (byte === QUOTE || byte === DOUBLE_QUOTE || byte === BACKTICK) quote = byte;
    return byte === SEMICOLON;
  }
}

function unquote(name: string): string {
  const mark = name[0];
  return mark === '`' || mark === '"' ? name.slice(1, -1).replaceAll(mark + mark, mark) : name;
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f
  );
}

const NAME = '`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^\\s.(;`"]+';
const TARGET = new RegExp(
  `^\\s*(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\\s+)*(?:INTO\\s+)?(${NAME})(?:\\s*\\.\\s*(${NAME}))?`,
  'i',
);
const NEWLINE = 0x0a;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const QUOTE = 0x27;
const STAR = 0x2a;
const DASH = 0x2d;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const CAPITAL_M = 0x4d;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;

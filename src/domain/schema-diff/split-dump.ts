/**
 * The statements of a dump without rows, without what ends them. mysqldump ends each at the end of a line: by a semicolon that stands in no
 * string, or between two DELIMITER lines by `;;` before a line of its own making, for a body may have lines that end so, too. Comment lines
 * between them are left out, but for those that keep a broken view.
 */
export function* splitDump(sql: string): Generator<string> {
  let delimiter = ';';
  let pending: string[] = [];
  let quote = '';
  let broken: string[] = [];
  const lines = sql.split('\n');
  for (const [index, line] of lines.entries()) {
    if (pending.length === 0) {
      if (line.startsWith('--')) {
        if (isBrokenView(line)) {
          if (broken.length > 0) yield broken.join('\n');
          broken = [line];
        } else if (broken.length > 0 && !line.startsWith('-- Dump completed')) {
          broken.push(line);
        }
        continue;
      }
      if (line.trim() === '' || line.startsWith(sandboxLine)) continue;
      const changed = /^DELIMITER (\S+)$/.exec(line)?.[1];
      if (changed !== undefined) {
        delimiter = changed;
        continue;
      }
    }
    pending.push(line);
    if (delimiter === ';') quote = quoteAfter(line, quote);
    const end = line.trimEnd();
    if (quote !== '' || !end.endsWith(delimiter)) continue;
    if (delimiter !== ';' && !/^(?:$|DELIMITER |\/\*M?!)/.test(lines[index + 1] ?? '')) continue;
    pending[pending.length - 1] = end.slice(0, -delimiter.length);
    yield pending.join('\n').trimEnd();
    pending = [];
  }
  if (broken.length > 0) yield broken.join('\n');
}

/** MariaDB's first line, which nothing ends. */
const sandboxLine = '/*M!999999\\- ';

function isBrokenView(line: string): boolean {
  return line.startsWith('-- `') && / was broken in the source/.test(line);
}

/** The quote that is still open at the end of a line. */
function quoteAfter(line: string, before: string): string {
  let quote = before;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (quote === '') {
      if (sign === '`' || sign === "'" || sign === '"') quote = sign;
    } else if (sign === '\\' && quote !== '`') {
      at += 1;
    } else if (sign === quote) {
      quote = '';
    }
  }
  return quote;
}

/** One statement of a script, as it stands there, without what ends it. */
export interface ScriptStatement {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly sql: string;
}

export type SplitScript =
  | { readonly kind: 'split'; readonly statements: readonly ScriptStatement[] }
  /** Nobody can say for sure where its statements end. */
  | { readonly kind: 'unreadable'; readonly line: number; readonly problem: string };

/**
 * Takes a script apart as the mysql program would: quotes, comments, DELIMITER. What that program takes by guess is unreadable here: a string, a comment
 * or a last statement that nothing ends, for such a file may have been cut off.
 */
export function splitScript(text: string): SplitScript {
  const lineOf = lineCounter(text);
  const statements: ScriptStatement[] = [];
  let delimiter = ';';
  let at = 0;
  let begun: number | undefined;
  let executable: number | undefined;
  const no = (place: number, problem: string) => ({ kind: 'unreadable', line: lineOf(place), problem }) as const;

  while (at < text.length) {
    if (text.startsWith(delimiter, at)) {
      if (executable !== undefined)
        return no(executable, 'A comment that servers execute is not closed within its statement.');
      if (begun !== undefined) statements.push({ line: lineOf(begun), sql: text.slice(begun, at).trimEnd() });
      begun = undefined;
      at += delimiter.length;
      continue;
    }
    const pattern = begun === undefined ? between : within;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const { command, wanted = '', passed, opened, executed, closed, backslash } = found?.groups ?? {};
    if (opened !== undefined) {
      const what = opened.startsWith('/') ? 'A comment' : 'A text or a name in quotes';
      return no(at, `${what} is not closed.`);
    }
    if (backslash !== undefined)
      return no(at, 'A backslash outside of quotes is a command of the mysql program, which is not run.');
    if (command !== undefined && begun !== undefined)
      return no(
        at,
        `A DELIMITER line stands in the statement that line ${lineOf(begun)} began: something ends it too late.`,
      );
    if (command !== undefined && !usableDelimiter.test(wanted)) return no(at, 'DELIMITER wants signs like $$ or //.');
    if (command !== undefined) delimiter = wanted;
    else if (passed === undefined) begun ??= at;
    if (executed !== undefined) executable = at;
    if (closed !== undefined) executable = undefined;
    at += found?.[0].length ?? 1;
  }
  if (begun === undefined) return { kind: 'split', statements };
  return no(begun, `Nothing ends the last statement: the file may have been cut off. Put ${delimiter} behind it.`);
}

/** Lines of places that mostly lie behind one another. */
function lineCounter(text: string): (place: number) => number {
  let [known, line] = [0, 1];
  return (place) => {
    if (place < known) [known, line] = [0, 1];
    for (; known < place; known += 1) if (text[known] === '\n') line += 1;
    return line;
  };
}

const usableDelimiter = /^(?:;+|(?!\/\*|--)[!$%&+/:;<=>?@^|~-]{1,15})$/;

const spaces = '\\s+';
const plainComments = '(?:--(?=\\s|$)|#)[^\\n]*|/\\*(?!!|M!)[\\s\\S]*?\\*/';
const quoted = '`[^`]*`|\'(?:[^\'\\\\]|\\\\[\\s\\S])*\'|"(?:[^"\\\\]|\\\\[\\s\\S])*"';
const signs = '(?<executed>/\\*M?!)|(?<closed>\\*/)|(?<opened>/\\*|[`\'"])|(?<backslash>\\\\)|[\\w\\u0080-\\uffff]+';

/** Between two statements spaces and comments are passed over, and a DELIMITER line is the program's own. */
const between = new RegExp(
  `(?<passed>${spaces}|${plainComments})|(?<command>delimiter(?:[ \\t]+(?<wanted>\\S+))?[ \\t]*(?=\\r?\\n|$))|${quoted}|${signs}`,
  'iy',
);
/** Within one such a line is the sign of a forgotten end; but `delimiter CHAR(1)` is a column. */
const within = new RegExp(
  `(?<command>(?<=\\n[ \\t]*)delimiter[ \\t]+(?<wanted>[^\\w\\s]\\S*)[ \\t]*(?=\\r?\\n|$))|${spaces}|${plainComments}|${quoted}|${signs}`,
  'iy',
);

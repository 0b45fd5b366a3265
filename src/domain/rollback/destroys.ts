import type { SqlToken } from '../sql/tokens.ts';
import { formatList } from '../wording.ts';
import { follows, namesFrom, wordOf } from './statement-words.ts';

/** What of the data a statement does away with, as a clause: `drops the table notes with all its rows`. Undefined where nothing goes. */
export function destroysWords(tokens: readonly SqlToken[]): string | undefined {
  const [first = '', second = ''] = tokens.map(wordOf);
  const named = (start: number) =>
    formatList(namesFrom(tokens, start).map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)));
  switch (first) {
    case 'DROP':
      if (/^TABLES?$/.test(second)) return `drops ${named(2)} with all rows`;
      return second === 'DATABASE' || second === 'SCHEMA'
        ? `drops the schema ${named(2)} with everything in it`
        : undefined;
    case 'TRUNCATE':
      return `empties ${named(1)}`;
    case 'DELETE':
      return tokens.some((token) => wordOf(token) === 'WHERE') ? 'deletes rows' : 'deletes every row';
    case 'UPDATE':
      return 'overwrites values';
    case 'REPLACE':
      return 'overwrites rows';
    case 'INSERT':
      return tokens.some((_, index) => follows(tokens, index, ['ON', 'DUPLICATE', 'KEY', 'UPDATE']))
        ? 'overwrites values'
        : undefined;
    case 'WITH':
      return tokens.some((token) => /^(UPDATE|DELETE|REPLACE)$/.test(wordOf(token))) ? 'changes rows' : undefined;
    case 'ALTER':
      return follows(tokens, 1, ['TABLE']) || follows(tokens, 2, ['TABLE']) ? alterationWords(tokens) : undefined;
    default:
      return undefined;
  }
}

const harmless = /^(INDEX|KEY|PRIMARY|FOREIGN|CONSTRAINT|CHECK|DEFAULT)$/;

function alterationWords(tokens: readonly SqlToken[]): string | undefined {
  const outside = outsideParentheses(tokens);
  const found = outside.flatMap((token, index) => {
    const next = wordOf(outside[index + 1]);
    switch (wordOf(token)) {
      case 'DROP':
        if (next === 'PARTITION') return ['drops a partition with its rows'];
        if (harmless.test(next)) return [];
        return [`drops the column ${namesFrom(outside, next === 'COLUMN' ? index + 2 : index + 1)[0]?.name ?? ''}`];
      case 'TRUNCATE':
        return next === 'PARTITION' ? ['empties a partition'] : [];
      case 'MODIFY':
      case 'CHANGE': {
        const [column] = namesFrom(outside, next === 'COLUMN' ? index + 2 : index + 1);
        return [`makes the column ${column?.name ?? ''} anew: values may no longer fit`];
      }
      default:
        return [];
    }
  });
  return found.length === 0 ? undefined : formatList(found);
}

/** What stands in them defines columns and lists values. */
function outsideParentheses(tokens: readonly SqlToken[]): SqlToken[] {
  let depth = 0;
  return tokens.filter(({ kind, text }) => {
    if (kind === 'symbol' && text === ')') depth -= 1;
    const isOutside = depth === 0;
    if (kind === 'symbol' && text === '(') depth += 1;
    return isOutside;
  });
}

import { parseMoment } from '../../../domain/moment.ts';
import { foundStatementsMessage } from '../blocks/found-statements.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import type { Subcommand } from '../subcommand.ts';

export const find: Subcommand = {
  name: 'find',
  usage: 'find DROP TABLE users [since 2h] [source=alumni]',
  does: 'searches the shipped binlogs for a statement, and says how to recover to just before it',
  async run({ principal, words, world, operations, signal }) {
    const { wanted, source, since, until } = parseFind(words);
    if (wanted === '') return { message: howTo };
    const now = world.clock.now();
    const found = await operations.findStatement(world, {
      principal,
      wanted,
      signal,
      ...(source !== undefined && { source }),
      ...(since !== undefined && { since: parseMoment(since, now) }),
      ...(until !== undefined && { until: parseMoment(until, now) }),
    });
    if (found.kind === 'refused') return { message: refusalMessage(found, `find ${words.join(' ')} --source`, now) };
    return { message: foundStatementsMessage(found, now), forChannelOf: found.source };
  },
};

/**
 * A table may be called like a source: only what says that it is one names one here. A moment is one word or two, and stands at the end, where no
 * statement has it.
 */
export function parseFind(words: readonly string[]): {
  wanted: string;
  source?: string;
  since?: string;
  until?: string;
} {
  const rest: string[] = [];
  const named: { source?: string; since?: string; until?: string } = {};
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const assigned = /^(?:--)?source=(.+)$/.exec(word)?.[1];
    const option = /^(?:--)?(source|since|until)$/.exec(word)?.[1] as keyof typeof named | undefined;
    if (assigned !== undefined) named.source = assigned;
    else if (option === 'source' && word.startsWith('--')) {
      index += 1;
      named.source = words[index] ?? '';
    } else if (option !== undefined && option !== 'source' && /^\d/.test(words[index + 1] ?? '')) {
      const [day = '', time = ''] = words.slice(index + 1);
      const isTwo = /^\d{4}-\d\d-\d\d$/.test(day) && /^\d\d:\d\d/.test(time);
      named[option] = isTwo ? `${day} ${time}` : day;
      index += isTwo ? 2 : 1;
    } else rest.push(word);
  }
  return { wanted: rest.join(' '), ...named };
}

const howTo = saying('What am I to look for?', 'Like this: `/backup find DROP TABLE users since 2h`.');

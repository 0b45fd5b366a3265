import type { Snapshot } from '../page-contract.ts';

export interface Suggestion {
  shows: string;
  explains: string;
  /** The composer's text when it is taken. */
  completes: string;
  /** A command's name, not one of its words. */
  isName: boolean;
}

/** Commands that begin like what is typed, then the words that the command's usage hint offers. */
export function suggestionsFor(text: string, view: Pick<Snapshot, 'commands' | 'app'>): Suggestion[] {
  if (!text.startsWith('/') || text.includes('\n')) return [];
  const known = [
    ...view.commands,
    { command: '/invite', description: `Bring @${view.app.name} in`, hint: `@${view.app.name}` },
  ];
  const space = text.indexOf(' ');
  if (space < 0) {
    const names = known.filter((it) => it.command.startsWith(text));
    return names.map((it) => ({
      shows: it.command,
      explains: it.description,
      completes: `${it.command} `,
      isName: true,
    }));
  }
  const command = known.find((it) => it.command === text.slice(0, space));
  if (!command) return [];
  const typed = text.slice(space + 1).toLowerCase();
  const words = command.hint
    .split('|')
    .map((word) => word.trim())
    .filter(Boolean);
  return words
    .map((word) => ({ word, fixed: fixedPart(word) }))
    .filter(({ fixed }) => fixed.toLowerCase().startsWith(typed) && fixed.toLowerCase() !== typed.trimEnd())
    .map(({ word, fixed }) => ({
      shows: `${command.command} ${word}`,
      explains: '',
      completes: `${command.command} ${fixed}${fixed === word ? '' : ' '}`,
      isName: false,
    }));
}

/** `show ID [--json]` is typed as far as `show`: placeholders are for the person to fill. */
const fixedPart = (word: string): string => word.replace(/\s*(?:[<[(]|\b[A-Z][A-Z_.-]+\b).*$/, '');

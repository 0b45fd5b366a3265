import type { Command } from 'commander';
import { Failure } from '../../domain/failure.ts';

export interface SourceChoice {
  readonly source?: string;
}

/** Lets a command name its source behind it or as an option: `status alumni` is `status --source alumni`. */
export function choosingSource(command: Command, purpose = 'which source; may be left out when there is one'): Command {
  return command.argument('[source]', purpose).option('-s, --source <name>', 'the same, as an option');
}

export function chosenSource(named: string | undefined, { source }: SourceChoice): SourceChoice {
  if (named !== undefined && source !== undefined && named !== source) {
    throw new Failure('usage', `Which source: ${named} or ${source}?`, { hint: 'Name one.' });
  }
  const chosen = named ?? source;
  return chosen === undefined ? {} : { source: chosen };
}

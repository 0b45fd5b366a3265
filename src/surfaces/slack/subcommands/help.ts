import { helpMessage } from '../blocks/help.ts';
import { slashCommand } from '../settings.ts';
import type { Subcommand } from '../subcommand.ts';

export const help: Subcommand = {
  name: 'help',
  usage: 'help',
  does: 'shows this',
  run: ({ known }) => ({ message: helpMessage(slashCommand, known) }),
};

import { whoAmIMessage } from '../blocks/who-am-i.ts';
import type { Subcommand } from '../subcommand.ts';

export const whoami: Subcommand = {
  name: 'whoami',
  usage: 'whoami',
  does: 'who you are to me, what you may do, and who grants more',
  run: ({ principal, people, world, operations }) => ({
    message: whoAmIMessage(operations.whoAmI(world, { principal, ...(people && { people }) })),
  }),
};

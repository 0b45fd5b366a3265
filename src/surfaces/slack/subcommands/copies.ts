import { copiesMessage } from '../blocks/copies.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const copies: Subcommand = {
  name: 'copies',
  usage: 'copies [source]',
  does: 'where else the backups lie, and how far behind each copy is',
  run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = source ?? rest[0];
    const read = operations.readCopies(world, { principal, ...(wanted !== undefined && { source: wanted }) });
    if (read.kind === 'refused') return { message: refusalMessage(read, 'copies', world.clock.now()) };
    return { message: copiesMessage(read.sources) };
  },
};

import { refusalMessage } from '../blocks/refusal.ts';
import { storageMessage } from '../blocks/storage.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const storage: Subcommand = {
  name: 'storage',
  usage: 'storage [source]',
  does: 'what the backups take, how fast that grows, and when the disk is full',
  async run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = source ?? rest[0];
    const measured = await operations.measureStorage(world, {
      principal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (measured.kind === 'refused') return { message: refusalMessage(measured, 'storage', world.clock.now()) };
    return { message: storageMessage(measured) };
  },
};

import { refusalMessage } from '../blocks/refusal.ts';
import { statusMessage } from '../blocks/status.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const status: Subcommand = {
  name: 'status',
  usage: 'status [source]',
  does: 'how near to now and how far back you can recover, and what is late',
  run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = source ?? rest[0];
    const answer = operations.readStatus(world, { principal, ...(wanted !== undefined && { source: wanted }) });
    if (answer.kind === 'refused') return { message: refusalMessage(answer, 'status', world.clock.now()) };
    const message = statusMessage(answer.sources, answer.at);
    const [first] = answer.sources;
    return first ? { message, forChannelOf: first.source } : { message };
  },
};

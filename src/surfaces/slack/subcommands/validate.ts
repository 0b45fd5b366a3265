import { refusalMessage } from '../blocks/refusal.ts';
import { validatedMessage } from '../blocks/validation.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const validate: Subcommand = {
  name: 'validate',
  usage: 'validate [source]',
  does: "asks the configured questions of a source's data, and goes through the checklist",
  async run({ principal, words, world, operations, signal }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = source ?? rest[0];
    const validated = await operations.validateSource(world, {
      principal,
      signal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (validated.kind === 'refused') return { message: refusalMessage(validated, 'validate', world.clock.now()) };
    return { message: validatedMessage(validated), forChannelOf: validated.source };
  },
};

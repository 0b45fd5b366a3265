import { refusalMessage, saying } from '../blocks/refusal.ts';
import { schemaDiffMessage } from '../blocks/schema-diff.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const schema: Subcommand = {
  name: 'schema',
  usage: 'schema diff before after [source]',
  does: 'what changed between the structures of two backups',
  async run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const [verb, before, after = 'latest'] = rest;
    if (verb !== 'diff' || before === undefined) {
      return { message: saying('Which two backups?', 'Name them: `/backup schema diff x7k2 latest`.') };
    }
    const diff = await operations.diffSchemas(world, { principal, before, after, ...(source && { source }) });
    if (diff.kind === 'refused') {
      return { message: refusalMessage(diff, `schema diff ${before} ${after}`, world.clock.now()) };
    }
    return { message: schemaDiffMessage(diff), forChannelOf: diff.after.source };
  },
};

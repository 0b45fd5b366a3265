import { refusalMessage, saying } from '../blocks/refusal.ts';
import { fitsInMessage, inShell, schemaDiffMessage } from '../blocks/schema-diff.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';
import { changesFile } from '../text-files.ts';

export const schema: Subcommand = {
  name: 'schema',
  usage: 'schema diff before after [source]',
  does: 'what changed between the structures of two backups',
  async run({ principal, words, world, operations, signal, channelOf }) {
    const { source, rest } = splitSource(words, world.sources);
    const [verb, before, after = 'latest'] = rest;
    if (verb !== 'diff' || before === undefined) {
      return { message: saying('Which two backups?', 'Name them: `/backup schema diff x7k2 latest`.') };
    }
    const diff = await operations.diffSchemas(world, { principal, before, after, signal, ...(source && { source }) });
    if (diff.kind === 'refused') {
      return { message: refusalMessage(diff, `schema diff ${before} ${after}`, world.clock.now()) };
    }
    const forChannelOf = diff.after.source;
    if (fitsInMessage(diff)) return { message: schemaDiffMessage(diff), forChannelOf };
    const elsewhere = `${inShell(diff.before.id, diff.after.id)}, or as a file: ask in ${channelOf(forChannelOf)}.`;
    return {
      message: schemaDiffMessage(diff, elsewhere),
      forChannelOf,
      withFile: { message: schemaDiffMessage(diff, 'All of it is in the file below.'), file: changesFile(diff) },
    };
  },
};

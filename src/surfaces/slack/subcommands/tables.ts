import { refusalMessage, saying } from '../blocks/refusal.ts';
import { tableMessage, tableNews, tablesMessage } from '../blocks/tables.ts';
import type { Answer, Call, Subcommand } from '../subcommand.ts';

/** Recovered tables beside live ones; what the buttons of their messages say can be typed. */
export const tables: Subcommand = {
  name: 'tables',
  usage: 'tables [id] | tables exchange|undo id',
  does: 'shows recovered tables beside live ones and how they differ; lets one serve, or turns that back',
  run(call) {
    const [first, second, ...flags] = call.words;
    if (first !== 'exchange' && first !== 'undo') return shown(call, first);
    if (second === undefined) return { message: saying('Which table?', 'See them with `/backup tables`.') };
    return decided(call, first, second, flags);
  },
};

function shown({ principal, world, operations }: Call, id: string | undefined): Answer {
  const listed = operations.listTables(world, principal);
  if (listed.kind === 'refused') return { message: refusalMessage(listed, 'tables', world.clock.now()) };
  const found = listed.swaps.filter((swap) => id === undefined || swap.id.endsWith(id));
  const [swap] = found;
  return { message: id !== undefined && swap ? tableMessage(swap) : tablesMessage(found) };
}

async function decided(
  { principal, world, operations, signal }: Call,
  verb: 'exchange' | 'undo',
  id: string,
  flags: readonly string[],
): Promise<Answer> {
  const said = (flag: string) => flags.some((word) => word.replace(/^--/, '') === flag);
  const request = { principal, id, signal };
  const answer =
    verb === 'exchange'
      ? await operations.exchangeBeside(world, { ...request, despiteStranded: said('despite-stranded') })
      : await operations.undoExchange(world, { ...request, loseWrites: said('lose-writes') });
  if (answer.kind === 'refused') return { message: refusalMessage(answer, `tables ${id}`, world.clock.now()) };
  return { message: tableNews(answer.swap, principal.name), forChannelOf: answer.swap.source };
}

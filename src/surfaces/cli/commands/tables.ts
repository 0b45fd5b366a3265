import type { Command } from 'commander';
import { phaseWords, swapLines } from '../../../domain/table-swap/swap-words.ts';
import { exchangeBeside, listTables, undoExchange } from '../../../operations/table-swap/decide-swap.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import { interruptible } from '../interruptible.ts';
import type { Session } from '../session.ts';
import { renderTable } from '../table.ts';

/** Recovered tables and the ones whose places they take. */
export function registerTables(program: Command, session: Session): void {
  const { parts } = session;
  const tables = program
    .command('tables')
    .description('recovered tables beside live ones: compare, exchange, undo')
    .argument('[id]', 'one of them: its recovery, or the four characters at its end')
    .addHelpText(
      'after',
      examples(parts.name, [['tables exchange x7k2', 'let it serve; somebody else has asked for it']]),
    )
    .action((id: string | undefined, _: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listTables(world, principal);
        if (listed.kind === 'refused') return listed;
        const swaps = listed.swaps.filter((swap) => id === undefined || swap.id.endsWith(id));
        const document = { kind: 'tables', tables: swaps };
        if (swaps.length === 0) return done(document, 'No recovered table stands beside a live one.');
        if (id !== undefined) return done(document, swaps.flatMap(swapLines).join('\n'));
        const rows = swaps.map((swap) => [
          swap.id,
          swap.source,
          `${swap.table.schema}.${swap.table.name}`,
          phaseWords(swap),
        ]);
        return done(document, renderTable(columns, rows));
      }),
    );
  tables
    .command('exchange')
    .description('let the recovered table take the place of the live one; goes on with one that was cut off')
    .argument('<id>', 'its recovery, or the four characters at its end')
    .option('--despite-stranded', 'although rows of other tables will refer to nothing', false)
    .action((id: string, { despiteStranded }: { despiteStranded: boolean }, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const answer = await exchangeBeside(world, { principal, id, despiteStranded, signal, onStep: told });
          return answer.kind === 'refused' ? answer : done(answer, swapLines(answer.swap).slice(0, 2).join('\n'));
        }),
      ),
    );
  tables
    .command('undo')
    .description('let the table serve again that served before; says first what was written since')
    .argument('<id>', 'its recovery, or the four characters at its end')
    .option('--lose-writes', 'although what was written since is lost', false)
    .action((id: string, { loseWrites }: { loseWrites: boolean }, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const answer = await undoExchange(world, { principal, id, loseWrites, signal, onStep: told });
          return answer.kind === 'refused' ? answer : done(answer, swapLines(answer.swap).slice(0, 2).join('\n'));
        }),
      ),
    );
  const told = (title: string) => parts.terminal.err(`${title}\n`);
}

const columns = [{ title: 'Recovery' }, { title: 'Source' }, { title: 'Table' }, { title: 'Is' }];

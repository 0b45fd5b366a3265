import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { askingOptions, askOfSource, type RestoreOptions } from './restore.ts';

/** Behind `trx`: what it lists can be ended from here, once somebody else has approved that. */
export function registerTrxKill(trx: Command, session: Session): void {
  askingOptions(trx.command('kill'))
    .description('end the connection behind a transaction, which rolls it back; asks for approval first')
    .argument('<connection>', 'its number, as trx lists it', connectionId)
    .option('-s, --source <name>', 'may be left out when there is one source')
    .addHelpText('after', examples(session.parts.name, [['trx kill 4711', '']]))
    .action((connection: number, options: RestoreOptions, command: Command) =>
      askOfSource(session, command, options, { scenario: 'kill-transaction', details: { connection } }),
    );
}

function connectionId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Write the number of a connection, like 4711.');
  return Number(text);
}

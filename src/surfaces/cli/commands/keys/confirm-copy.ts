import type { Command } from 'commander';
import { confirmKeyCopy } from '../../../../operations/confirm-key-copy.ts';
import { done } from '../../answer.ts';
import { examples } from '../../examples.ts';
import type { Session } from '../../session.ts';

export function registerConfirmCopy(keys: Command, session: Session): void {
  keys
    .command('confirm-copy')
    .description('say where the second copy of a key lies; without one, losing this machine loses every backup')
    .argument('<key>', 'the id of the key')
    .argument('<where>', 'for whoever will need it, like "bank safe, envelope 4"')
    .addHelpText('after', examples(session.parts.name, [['keys confirm-copy k-2026-11 "bank safe, envelope 4"', '']]))
    .action((key: string, where: string, _: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const confirmed = confirmKeyCopy(world, { principal, keyId: key, where });
        if (confirmed.kind === 'refused') return confirmed;
        return done(confirmed, `Noted: the second copy of ${confirmed.keyId} lies at: ${confirmed.where}`);
      }),
    );
}

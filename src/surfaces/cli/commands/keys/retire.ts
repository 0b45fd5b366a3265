import type { Command } from 'commander';
import { countOf } from '../../../../domain/measures.ts';
import { type RetiredKey, retireKey } from '../../../../operations/retire-key.ts';
import { done } from '../../answer.ts';
import { examples } from '../../examples.ts';
import type { Session } from '../../session.ts';

export function registerRetire(keys: Command, session: Session): void {
  keys
    .command('retire')
    .description('find out whether a key can leave the configuration: every backup is opened without it')
    .argument('<key>', 'the id of the key')
    .addHelpText('after', examples(session.parts.name, [['keys retire k-2025-03', 'after keys rotate']]))
    .action((key: string, _: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const retired = await retireKey(world, { principal, keyId: key });
        return retired.kind === 'refused' ? retired : done(retired, describe(retired));
      }),
    );
}

function describe({ key, sets, unreadable }: RetiredKey): string {
  const { id, provider } = key;
  const keep = provider === 'file' ? 'Keep its file in a safe place' : 'Leave it enabled in AWS KMS';
  return [
    `${countOf(sets, 'backup')} opened without ${id}: its entry can be taken out of encryption.keys. Then restart the bot.`,
    `${keep} for as long as older versions of keys objects may be wanted (versioned buckets, copies of your own).`,
    ...unreadable.map((set) => `  ! ${set.id} in ${set.repository} is opened by no key, ${id} included: ${set.why}`),
  ].join('\n');
}

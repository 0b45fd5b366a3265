import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { type AddedKey, addKey } from '../../../../operations/add-key.ts';
import { done } from '../../answer.ts';
import { askForCopy, copyAdvice } from '../../ask-for-copy.ts';
import { examples } from '../../examples.ts';
import { keyName } from '../../key-name.ts';
import type { Session } from '../../session.ts';

interface AddOptions {
  readonly file?: string;
  readonly copy?: string;
}

export function registerAdd(keys: Command, session: Session): void {
  const { parts } = session;
  keys
    .command('add')
    .description('make a new key file, and say what to write into the configuration')
    .argument('[key]', 'what to call it (default: k- and this month)', keyName)
    .option('--file <file>', 'where to write it (default: its id, .key, beside the configuration)')
    .option('--copy <where>', 'where its second copy lies; on a terminal it is asked for')
    .addHelpText('after', examples(parts.name, [['keys add k-2027-01 --copy "bank safe, envelope 5"', '']]))
    .action((given: string | undefined, { file, copy }: AddOptions, command: Command) =>
      session.inWorld(command, async ({ world, principal }, { config }) => {
        const keyId = given ?? `k-${world.clock.now().toISOString().slice(0, 7)}`;
        const path = file === undefined ? resolve(dirname(config), `${keyId}.key`) : resolve(file);
        const added = await addKey(world, {
          principal,
          keyId,
          make: () => parts.founding.createKey(path, keyId),
          askForCopy: async (fingerprint) => copy ?? askForCopy(parts.terminal, fingerprint),
        });
        if (added.kind === 'refused') return added;
        return done({ ...added, file: path }, describe(added, path, parts.name));
      }),
    );
}

function describe({ keyId, fingerprint, copyAt }: AddedKey, path: string, name: string): string {
  return [
    `Wrote the key ${path}, with the fingerprint ${fingerprint}.`,
    ...(copyAt === null ? [] : [`Its second copy lies at: ${copyAt}`]),
    '',
    'Under encryption.keys write this line, before the others to encrypt new backups under it:',
    `    - { id: ${keyId}, file: ${JSON.stringify(path)} }`,
    '',
    `Then restart the bot, and wrap the backups that there are under it as well: ${name} keys rotate`,
    ...(copyAt === null ? [copyAdvice(name, keyId)] : []),
  ].join('\n');
}

import { formatAgo } from '../../../domain/measures.ts';
import type { Migration } from '../../../domain/migration/migration.ts';
import { shorten } from '../../../domain/wording.ts';
import { message, section } from '../blocks/message.ts';
import { bold, code, person } from '../blocks/mrkdwn.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import { type Answer, type Call, type Subcommand, splitSource } from '../subcommand.ts';

export const migration: Subcommand = {
  name: 'migration',
  usage: 'migration start|end|list [name]',
  does: 'announces a change of the structure, so that it can be led back',
  run(call) {
    const { source, rest } = splitSource(call.words, call.world.sources);
    const [verb, name] = rest;
    const chosen = source === undefined ? {} : { source };
    if (verb === 'list') return list(call, chosen);
    if ((verb === 'start' || verb === 'end') && name !== undefined) return announce(call, verb, { name, ...chosen });
    return {
      message: saying(
        'Which migration begins or ends?',
        '`/backup migration start NAME` before it, `/backup migration end NAME` after it; `/backup migration list` shows all.',
      ),
    };
  },
};

function announce(
  { principal, world, operations, signal, channelOf }: Call,
  verb: 'start' | 'end',
  wanted: { readonly name: string; readonly source?: string },
): Answer {
  const started = operations[verb === 'start' ? 'startMigration' : 'endMigration'](world, {
    principal,
    signal,
    ...wanted,
  });
  const { name } = wanted;
  if (started.kind === 'refused') {
    return { message: refusalMessage(started, `migration ${verb} ${name}`, world.clock.now()) };
  }
  // How the backup ends is told by its own message; what follows it shows in the list.
  started.done.catch((error) => world.log.error({ err: error, migration: name }, 'A migration could not be announced'));
  const { source } = started.job;
  const next =
    verb === 'start'
      ? `Begin when it is done: \`/backup migration list\` shows ${code(name)} then.`
      : 'It tells what the migration changed.';
  return {
    message: saying(`🧬 The schema backup for ${bold(name)} started; follow it in ${channelOf(source)}.`, next),
  };
}

const mostShown = 15;

function list({ principal, world, operations }: Call, chosen: { readonly source?: string }): Answer {
  const now = world.clock.now();
  const listed = operations.listMigrations(world, { principal, ...chosen });
  if (listed.kind === 'refused') return { message: refusalMessage(listed, 'migration list', now) };
  const { migrations } = listed;
  if (migrations.length === 0) {
    return { message: saying('🧬 No migration was announced.', 'Before one: `/backup migration start NAME`.') };
  }
  const more = migrations.length > mostShown ? [`… and ${migrations.length - mostShown} older ones`] : [];
  const lines = [...migrations.slice(0, mostShown).map((each) => lineOf(each, now)), ...more];
  return { message: message(`${migrations.length} migrations`, [section(shorten(lines.join('\n'), 2_900))]) };
}

const words: Record<Migration['state'], string> = { started: 'under way', ended: 'over', 'rolled-back': 'led back' };

function lineOf({ name, source, state, started }: Migration, now: Date): string {
  return `🧬 ${bold(name)} of ${source} is ${words[state]} · started ${formatAgo(new Date(started.at), now)} by ${person(started.by)}, after ${code(started.backupId)}`;
}

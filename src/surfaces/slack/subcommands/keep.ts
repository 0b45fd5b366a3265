import { pinWords } from '../../../domain/pin.ts';
import { formatList } from '../../../domain/wording.ts';
import { message, section } from '../blocks/message.ts';
import { code, escapeMrkdwn } from '../blocks/mrkdwn.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import type { Answer, Subcommand } from '../subcommand.ts';

export const keep: Subcommand = {
  name: 'keep',
  usage: 'keep id [until 2027-03-01] reason',
  does: 'keeps a backup beyond its time, and says why',
  async run({ principal, words, world, operations }) {
    const { backup, until, reason } = parseKeep(words);
    if (backup === undefined) return { message: howTo };
    const wanted = { principal, backup, reason, ...(until !== undefined && { until }) };
    const kept = await operations.keepBackup(world, wanted);
    if (kept.kind === 'refused') return { message: refusalMessage(kept, `keep ${backup}`, world.clock.now()) };
    return told(`📌 ${code(kept.backupId)} is ${escapeMrkdwn(pinWords(kept.pin))}.`, kept.unreached);
  },
};

export const unkeep: Subcommand = {
  name: 'unkeep',
  usage: 'unkeep id',
  does: 'lets a kept backup go when its own time is over',
  async run({ principal, words, world, operations }) {
    const [backup] = words;
    if (backup === undefined) return { message: howTo };
    const released = await operations.unkeepBackup(world, { principal, backup });
    if (released.kind === 'refused')
      return { message: refusalMessage(released, `unkeep ${backup}`, world.clock.now()) };
    return told(`${code(released.backupId)} is released: it goes when its own time is over.`, released.unreached);
  },
};

/** `x7k2 until 2027-03-01 before the move`, and as a shell has it: `x7k2 --until 2027-03-01 --reason before the move`. */
export function parseKeep(words: readonly string[]): { backup?: string; until?: string; reason: string } {
  const [backup, ...others] = words;
  const at = others.findIndex((word) => /^(--)?until$/.test(word));
  const until = at < 0 ? undefined : others[at + 1];
  const rest = others.filter((word, index) => word !== '--reason' && (at < 0 || (index !== at && index !== at + 1)));
  return { ...(backup !== undefined && { backup }), ...(until !== undefined && { until }), reason: rest.join(' ') };
}

const howTo = saying(
  'Which backup, and why?',
  'Like this: `/backup keep x7k2 until 2027-03-01 before the migration`. Without a day it is kept until `/backup unkeep x7k2`.',
);

function told(text: string, unreached: readonly string[]): Answer {
  const rest =
    unreached.length === 0
      ? ''
      : `\n⚠️ ${escapeMrkdwn(formatList(unreached))} could not be told; say it again when it is back.`;
  return { message: message(text, [section(`${text}${rest}`)]) };
}

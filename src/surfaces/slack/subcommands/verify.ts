import { message, section } from '../blocks/message.ts';
import { bold, code } from '../blocks/mrkdwn.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const verify: Subcommand = {
  name: 'verify',
  usage: 'verify [id|latest] [deep] [source]',
  does: 'proves that every part of a backup is there and whole; `deep` restores it onto a scratch server',
  run({ principal, words, world, operations, signal, channelOf }) {
    const { source, rest } = splitSource(words, world.sources);
    const deep = rest.includes('deep');
    const wanted = rest.find((word) => word !== 'deep') ?? 'latest';
    const started = operations.startVerification(world, {
      principal,
      backup: wanted,
      deep,
      signal,
      ...(source && { source }),
    });
    if (started.kind === 'refused') return { message: refusalMessage(started, `verify ${wanted}`, world.clock.now()) };
    const { job } = started;
    const what = job.backupId === null ? `the latest backup of ${bold(job.source)}` : code(job.backupId);
    const text = `Verification of ${what} started; follow it in ${channelOf(job.source)}.`;
    return { message: message(text, [section(`⏳ ${text}`)]) };
  },
};

import { actions, message, runButton, section } from '../blocks/message.ts';
import { bold, code } from '../blocks/mrkdwn.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Answer, type Subcommand, splitSource } from '../subcommand.ts';

export const backup: Subcommand = {
  name: 'backup',
  usage: 'backup full [source]',
  does: 'takes a full backup now',
  run({ principal, words, world, operations, signal, channelOf }) {
    const { source, rest } = splitSource(words, world.sources);
    const [kind, unknown] = rest;
    if (kind !== 'full') return whichKind(kind, source);
    const wanted = source ?? unknown;
    const started = operations.startBackup(world, {
      principal,
      kind: 'full',
      trigger: 'request',
      signal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (started.kind === 'refused') return { message: refusalMessage(started, 'backup full', world.clock.now()) };
    const { job } = started;
    const text = `Full backup of ${bold(job.source)} started; follow it in ${channelOf(job.source)}.`;
    return { message: message(text, [section(`⏳ ${text}`)]) };
  },
};

function whichKind(kind: string | undefined, source: string | undefined): Answer {
  const what = kind === undefined ? 'Which kind of backup?' : `There is no kind of backup called ${code(kind)}.`;
  const command = source === undefined ? 'backup full' : `backup full ${source}`;
  return {
    message: message(`${what} There is: full.`, [section(what), actions(runButton('Take a full backup', command, 0))]),
  };
}

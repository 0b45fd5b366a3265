import { type ScheduledKind, scheduledKinds } from '../../../domain/schedule.ts';
import { capital, formatList } from '../../../domain/wording.ts';
import { workOf } from '../blocks/job-words.ts';
import { actions, message, runButton, section } from '../blocks/message.ts';
import { bold, code } from '../blocks/mrkdwn.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Answer, type Subcommand, splitSource } from '../subcommand.ts';

export const backup: Subcommand = {
  name: 'backup',
  usage: 'backup full|incremental|schema [source]',
  does: 'takes a backup now',
  run({ principal, words, world, operations, signal, channelOf }) {
    const { source, rest } = splitSource(words, world.sources);
    const [word, unknown] = rest;
    const kind = scheduledKinds.find((known) => known === word);
    if (!kind) return whichKind(word, source);
    const wanted = source ?? unknown;
    const started = operations.startBackup(world, {
      principal,
      kind,
      trigger: 'request',
      signal,
      ...(wanted !== undefined && { source: wanted }),
    });
    if (started.kind === 'refused') return { message: refusalMessage(started, `backup ${kind}`, world.clock.now()) };
    const { job } = started;
    const text = `${capital(workOf(job))} of ${bold(job.source)} started; follow it in ${channelOf(job.source)}.`;
    return { message: message(text, [section(`⏳ ${text}`)]) };
  },
};

function whichKind(kind: string | undefined, source: string | undefined): Answer {
  const what = kind === undefined ? 'Which kind of backup?' : `There is no kind of backup called ${code(kind)}.`;
  const command = (known: ScheduledKind) => (source === undefined ? `backup ${known}` : `backup ${known} ${source}`);
  const buttons = scheduledKinds.map((known, place) =>
    runButton(`Take ${article[known]} backup`, command(known), place),
  );
  return {
    message: message(`${what} There are: ${formatList(scheduledKinds)}.`, [section(what), actions(...buttons)]),
  };
}

const article: Record<ScheduledKind, string> = { full: 'a full', incremental: 'an incremental', schema: 'a schema' };

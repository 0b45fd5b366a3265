import { jobNames } from '../../../domain/job.ts';
import { formatAgo } from '../../../domain/measures.ts';
import { recoveryRefusalWords } from '../../../domain/recovery/recovery-refusal.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { capital, formatList, shorten, withArticle } from '../../../domain/wording.ts';
import {
  actions,
  context,
  fitsInMenu,
  type Message,
  message,
  mostOptions,
  runButton,
  runSelect,
  section,
} from './message.ts';
import { code, escapeMrkdwn, person } from './mrkdwn.ts';

/** Why not, and what to do instead. `command` is what was asked for, without its source: it comes back on the buttons. */
export function refusalMessage(refusal: Refusal, command: string, now: Date): Message {
  switch (refusal.reason) {
    case 'not-allowed': {
      const roles = formatList(refusal.needs, 'or');
      return saying(
        `⛔ You may not do that to ${refusal.source}: it takes the role ${roles}.`,
        'Who grants it: `/backup whoami`',
      );
    }
    case 'unknown-source':
      return choosing(`There is no source ${code(shorten(refusal.source, 60))}.`, refusal.known, command);
    case 'source-unclear':
      return choosing('Which source?', refusal.known, command);
    case 'already-running': {
      const work = capital(withArticle(jobNames[refusal.jobKind]));
      const since = formatAgo(new Date(refusal.startedAt), now);
      return saying(
        `⏳ ${work} of ${refusal.source} is already running, started ${since} by ${person(refusal.startedBy)}.`,
        'Its message shows how far it is; start another when it is done.',
      );
    }
    case 'unknown-backup':
      return saying(
        `There is no backup ${code(shorten(refusal.wanted, 80))}.`,
        'See what there is with `/backup backups`; the last four characters of an id are enough.',
      );
    case 'no-backup-yet':
      return message(`${refusal.source} has no backup yet.`, [
        section(`${refusal.source} has no backup yet.`),
        actions(runButton('Take the first full backup', `backup full ${refusal.source}`, 0, 'primary')),
      ]);
    case 'prune-running':
      return saying(
        `⏳ ${refusal.source} is being pruned already, begun ${formatAgo(new Date(refusal.since), now)}.`,
        'What it removed is told when it is done.',
      );
    case 'bot-running':
      return saying(`The bot is running (process ${refusal.pid}).`, 'Stop it first.');
    case 'shredded':
      return saying(
        `🗑️ ${code(refusal.backupId)} was shredded ${formatAgo(new Date(refusal.at), now)} by ${person(refusal.by)}: nobody reads it again.`,
        'See what else there is with `/backup backups`.',
      );
    case 'no-structure':
      return saying(
        `${code(refusal.backupId)} is an incremental backup: it holds binlogs, and no structure.`,
        'Name a full or a schema backup: `/backup backups`.',
      );
    case 'not-confirmed':
    case 'keys-busy':
    case 'key-encrypts':
    case 'key-needed':
      return saying('⛔ Keys are kept from a shell.', 'There: `tidemark keys --help`.');
    case 'migration':
      return saying(`⛔ ${escapeMrkdwn(refusal.problem)}`, escapeMrkdwn(refusal.mend));
    case 'recovery': {
      const { message: why, hint } = recoveryRefusalWords(refusal.refusal);
      return saying(`⛔ ${escapeMrkdwn(shorten(why, 2_000))}`, escapeMrkdwn(shorten(hint, 500)));
    }
    default:
      return refusal satisfies never;
  }
}

/** As many sources fit beside one another on a phone; more are a menu. */
const mostButtons = 5;

/** The command again, with each of its sources to choose from. */
export function choosing(question: string, known: readonly string[], command: string): Message {
  if (known.length === 0) return saying('No source is configured.', 'Add one under `sources` in tidemark.yaml.');
  const text = `${question} There are ${formatList(known)}.`;
  const commands = known.map((source) => [source, `${command} ${source}`] as const);
  if (!commands.every(([, full]) => fitsInMenu(full)))
    return saying(text, 'Type the command again, with one of them at its end.');
  if (known.length <= mostButtons) {
    const buttons = commands.map(([source, full], index) => runButton(source, full, index));
    return message(text, [section(question), actions(...buttons)]);
  }
  const more = known.length - mostOptions;
  return message(text, [
    section(question, runSelect('Choose a source', commands)),
    more > 0 ? context(`… and ${more} more: type the command again, with the source at its end.`) : undefined,
  ]);
}

export function saying(what: string, next: string): Message {
  return message(`${what} ${next}`, [section(`${what}\n${next}`)]);
}

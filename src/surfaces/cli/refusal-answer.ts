import type { ExitStatus } from '../../domain/failure.ts';
import { jobNames } from '../../domain/job.ts';
import { countOf, formatAgo } from '../../domain/measures.ts';
import { didYouMean } from '../../domain/nearest.ts';
import { type People, whoGrants } from '../../domain/people.ts';
import { recoveryRefusalWords } from '../../domain/recovery/recovery-refusal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { capital, formatList, withArticle } from '../../domain/wording.ts';
import { type Answer, troubleText } from './answer.ts';

/** A refusal as a sentence and a next step. Status 3 for policy; 2 where something else should have been typed. */
export function refusalAnswer(refusal: Refusal, { people, now }: { people?: People | undefined; now: Date }): Answer {
  const { message, hint, exitStatus } = words(refusal, people, now);
  return { document: { ...refusal, message, hint }, text: '', trouble: troubleText(message, hint), exitStatus };
}

interface Words {
  readonly message: string;
  readonly hint: string;
  readonly exitStatus: ExitStatus;
}

function words(refusal: Refusal, people: People | undefined, now: Date): Words {
  switch (refusal.reason) {
    case 'not-allowed': {
      const granting = whoGrants(people, refusal.source);
      const asked = granting.length > 0 ? `Ask ${formatList(granting, 'or')}` : 'Ask whoever keeps the configuration';
      const place = refusal.source === '*' ? '' : ` on ${refusal.source}`;
      return {
        message: `You may not do that${place}: it takes the role ${formatList(refusal.needs, 'or')}.`,
        hint: `${asked} to grant it under people; tidemark whoami shows what you may do.`,
        exitStatus: 3,
      };
    }
    case 'unknown-source':
      return {
        message: `There is no source ${refusal.source}.${didYouMean(refusal.source, refusal.known)}`,
        hint: known(refusal.known),
        exitStatus: 2,
      };
    case 'source-unclear':
      return { message: 'Which source?', hint: `${known(refusal.known)} Name one with --source.`, exitStatus: 2 };
    case 'already-running':
      return {
        message: `${capital(withArticle(jobNames[refusal.jobKind]))} of ${refusal.source} is running already: job ${refusal.jobId}, started by ${refusal.startedBy} ${formatAgo(new Date(refusal.startedAt), now)}.`,
        hint: 'Wait until it is done; tidemark status shows how far it is.',
        exitStatus: 3,
      };
    case 'unknown-backup':
      return {
        message: `There is no backup ${refusal.wanted}.`,
        hint: 'tidemark backups lists them; latest is the newest.',
        exitStatus: 2,
      };
    case 'no-backup-yet':
      return {
        message: `There is no backup of ${refusal.source} yet.`,
        hint: `Take one: tidemark backup full ${refusal.source}`,
        exitStatus: 3,
      };
    case 'no-structure':
      return {
        message: `${refusal.backupId} is an incremental backup: it holds binlogs, and no structure.`,
        hint: 'Name a full or a schema backup; tidemark backups lists them.',
        exitStatus: 2,
      };
    case 'prune-running':
      return {
        message: `${refusal.source} is being pruned already, by process ${refusal.pid}, begun ${formatAgo(new Date(refusal.since), now)}.`,
        hint: 'Wait until it is done.',
        exitStatus: 3,
      };
    case 'bot-running':
      return {
        message: `A bot runs on this state database already, as process ${refusal.pid}.`,
        hint: 'One is enough: stop that one first, or give this one a state.path of its own.',
        exitStatus: 3,
      };
    case 'shredded':
      return {
        message: `${refusal.backupId} was shredded ${formatAgo(new Date(refusal.at), now)} by ${refusal.by}: nobody reads it again.`,
        hint: 'tidemark backups lists what else there is.',
        exitStatus: 3,
      };
    case 'not-confirmed':
      return {
        message: `Nothing was destroyed: ${refusal.wanted} is shredded when its whole id is typed once more.`,
        hint: `Give it with: --confirm ${refusal.wanted}`,
        exitStatus: 3,
      };
    case 'keys-busy':
      return {
        message: `Keys are being changed already, by process ${refusal.pid}.`,
        hint: 'Wait until it is done.',
        exitStatus: 3,
      };
    case 'key-encrypts':
      return {
        message: `New backups are wrapped under ${refusal.keyId}.`,
        hint: 'Put another key first under encryption.keys, take encrypts: true from this one, restart the bot, and run tidemark keys rotate.',
        exitStatus: 3,
      };
    case 'key-needed':
      return {
        message: `${countOf(refusal.sets.length, 'backup')} cannot be read without ${refusal.keyId}:\n${refusal.sets.map(({ id, repository }) => `  ${id} in ${repository}`).join('\n')}`,
        hint: 'Wrap them under the key that encrypts now: tidemark keys rotate',
        exitStatus: 3,
      };
    case 'migration':
      return { message: refusal.problem, hint: refusal.mend, exitStatus: 3 };
    case 'recovery': {
      const typed = ['unknown-recovery', 'unknown-target'].includes(refusal.refusal.why);
      return { ...recoveryRefusalWords(refusal.refusal), exitStatus: typed ? 2 : 3 };
    }
    default:
      return unheardOf(refusal);
  }
}

function known(sources: readonly string[]): string {
  return sources.length === 0
    ? 'No source is configured.'
    : `There ${sources.length === 1 ? 'is' : 'are'} ${formatList(sources)}.`;
}

function unheardOf(refusal: never): never {
  throw new Error(`no words for ${JSON.stringify(refusal)}`);
}

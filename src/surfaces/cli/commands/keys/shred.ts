import type { Command } from 'commander';
import { countOf, formatAgo, formatMoment } from '../../../../domain/measures.ts';
import { formatList } from '../../../../domain/wording.ts';
import type { DestroyedKey } from '../../../../operations/destroy-key.ts';
import { type ShredCertificate, type ShredPlan, shredSet } from '../../../../operations/shred-set.ts';
import { type Answer, done } from '../../answer.ts';
import type { Terminal } from '../../cli-parts.ts';
import { examples } from '../../examples.ts';
import type { Session } from '../../session.ts';
import { verifiedWords } from '../backups.ts';

interface ShredOptions {
  readonly source?: string;
  readonly reason: string;
  readonly confirm?: string;
}

export function registerShred(keys: Command, session: Session): void {
  const { parts } = session;
  keys
    .command('shred')
    .description('make a backup unreadable for ever, by destroying its own key in every repository')
    .argument('<backup>', 'a backup id, its last four characters, or latest')
    .requiredOption('--reason <reason>', 'why; it goes into the audit log')
    .option('--confirm <id>', 'the whole id once more; on a terminal it is asked for')
    .option('-s, --source <name>', 'whose latest; may be left out when there is one source')
    .addHelpText('after', examples(parts.name, [['keys shred x7k2 --reason "erasure request 2026-118"', '']]))
    .action((backup: string, { confirm: given, ...options }: ShredOptions, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const confirm = async (plan: ShredPlan) => given ?? askFor(plan, parts.terminal, world.clock.now());
        const shredded = await shredSet(world, { principal, backup, ...options, confirm });
        return shredded.kind === 'refused' ? shredded : answerFor(shredded);
      }),
    );
}

async function askFor(
  { entry, repositories, remaining }: ShredPlan,
  { ask, err }: Terminal,
  now: Date,
): Promise<string> {
  if (!ask) return '';
  const at = (snapshotAt: string) => `${formatMoment(new Date(snapshotAt))}, ${formatAgo(new Date(snapshotAt), now)}`;
  const rest = remaining
    ? `The newest proven backup of ${entry.source} that remains is of ${at(remaining.snapshotAt)}.`
    : `NO PROVEN BACKUP OF ${entry.source} REMAINS.`;
  err(`${entry.id}, of ${at(entry.snapshotAt)}, verified: ${verifiedWords(entry, now)}.
Its key will be destroyed in ${formatList(repositories)}. Nobody can ever read it again. ${rest}\n`);
  return ask('Type its whole id to destroy it: ');
}

function answerFor(certificate: ShredCertificate): Answer {
  const { backupId, keys, complete, record } = certificate;
  const text = [
    complete
      ? `${backupId} is shredded: nobody reads it again.`
      : `${backupId} counts as no backup any more, but its key is not gone everywhere:`,
    ...keys.map((destroyed) => `  ${describe(destroyed)}`),
    `The certificate is record ${record.sequence} of the audit log, ${record.hash}.`,
  ].join('\n');
  if (complete) return done(certificate, text);
  return { document: certificate, text, trouble: 'Run it again when the rest can be removed.', exitStatus: 1 };
}

function describe({ repository, sha256, versions, readBack, lockedUntil, fault }: DestroyedKey): string {
  if (fault) return `✗ ${repository}: ${fault.why}\n      → ${fault.hint}`;
  if (lockedUntil !== undefined) {
    const until =
      lockedUntil === 'held' ? 'under a legal hold, which somebody has to lift' : `until ${lockedUntil.slice(0, 10)}`;
    return `✗ ${repository}: Object Lock keeps it ${until}; ${countOf(versions, 'version')} removed`;
  }
  if (readBack !== 'missing') return `✗ ${repository}: it was written again meanwhile`;
  const what = sha256 === null ? 'there was nothing' : `SHA-256 ${sha256}`;
  return `✓ ${repository}: ${countOf(versions, 'version')} destroyed, reading it back fails (${what})`;
}

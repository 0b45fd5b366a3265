import type { Command } from 'commander';
import type { AuditRecord } from '../../../domain/audit-chain.ts';
import { countOf } from '../../../domain/measures.ts';
import { listAudit } from '../../../operations/list-audit.ts';
import { verifyAudit } from '../../../operations/verify-audit.ts';
import { done, troubleText } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { renderTable } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

interface ListOptions {
  readonly source?: string;
  readonly actor?: string;
  readonly limit: number;
}

export function registerAudit(program: Command, session: Session): void {
  const audit = program.command('audit').description('who did what, in a log that shows every tampering');
  audit
    .command('list')
    .description('the newest entries')
    .option('-s, --source <name>', 'only about this source')
    .option('-a, --actor <name>', 'only by this person')
    .option('-n, --limit <count>', 'at most so many', wholeNumber, 50)
    .addHelpText('after', examples(session.parts.name, [['audit list --actor asha --limit 20', 'what Asha did last']]))
    .action((options: ListOptions, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listAudit(world, principal, options);
        return listed.kind === 'refused' ? listed : done(listed, describe(listed.records));
      }),
    );
  audit
    .command('verify')
    .description('recompute the chain of hashes from its beginning; exits 4 where it breaks')
    .action((_: object, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const verified = verifyAudit(world, principal);
        if (verified.kind === 'refused') return verified;
        const { verdict } = verified;
        if (verdict.kind === 'intact') {
          return done(verdict, `Intact: ${countOf(verdict.records, 'record')}, head ${verdict.head}`);
        }
        const trouble = troubleText(
          `The audit log was tampered with at record ${verdict.sequence} (${breakWords[verdict.why]}).`,
          'Records before it are as they were written. Keep a copy of the state database and find out who wrote to it.',
        );
        return { document: verdict, text: '', trouble, exitStatus: 4 };
      }),
    );
}

const breakWords = {
  hash: 'it was changed',
  gap: 'records are missing',
  link: 'it does not follow from the one before',
} as const;

function describe(records: readonly AuditRecord[]): string {
  if (records.length === 0) return 'Nothing is recorded yet.';
  return renderTable(
    [
      { title: '#', align: 'right' },
      { title: 'WHEN (UTC)' },
      { title: 'WHO' },
      { title: 'VIA' },
      { title: 'WHAT' },
      { title: 'ON' },
      { title: 'DETAIL' },
    ],
    records.map(({ sequence, at, actor, via, action, source, subject, detail }) => [
      String(sequence),
      at.toISOString().slice(0, 19).replace('T', ' '),
      actor,
      via,
      action,
      [source, subject].filter((one) => one !== undefined).join(' '),
      Object.entries(detail ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ]),
  );
}

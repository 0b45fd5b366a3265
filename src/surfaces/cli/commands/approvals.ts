import type { Command } from 'commander';
import { standingWords } from '../../../domain/recovery/recovery-words.ts';
import { decideAsked, enableEvents, findRecovery, type Verb } from '../../../operations/recovery/decide.ts';
import { lookAfterRecoveries } from '../../../operations/recovery/run-approved.ts';
import { sourcesToLookAt } from '../../../operations/resolve-source.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import { followRecovery } from '../follow-recovery.ts';
import { interruptible } from '../interruptible.ts';
import { recoveryAnswer } from '../recovery-answer.ts';
import type { Session } from '../session.ts';
import { renderTable } from '../table.ts';

const does: Record<Exclude<Verb, 'break-glass'>, string> = {
  approve: 'agree to exactly the plan that is shown; where data is replaced, with the name of the target behind the id',
  deny: 'refuse it',
  cancel: 'call it off; one that runs stops when its step is done',
  resume: 'go on with one that failed or was interrupted',
  'give-up': 'leave one that failed or was interrupted as it is, and free its target',
  'enable-events': 'let the restored events fire: the last step of a recovery',
};

export function registerApprovals(program: Command, session: Session): void {
  const { parts } = session;
  const approvals = program
    .command('approvals')
    .description('recoveries: which wait for approval, run, or were left half-way')
    .argument('[id]', 'one of them, or the four characters at its end')
    .option('-a, --all', 'those that are over, too', false)
    .addHelpText('after', examples(parts.name, [['approvals approve x7k2', 'what somebody else asked for']]))
    .action((id: string | undefined, { all }: { all: boolean }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        await lookAfterRecoveries(world);
        const now = world.clock.now();
        if (id !== undefined) {
          const found = findRecovery(world, principal, id);
          return found.kind === 'refused'
            ? found
            : { ...recoveryAnswer(found.recovery, now, parts.name), exitStatus: 0 };
        }
        const sources = sourcesToLookAt(world, { principal });
        if (!Array.isArray(sources)) return sources as Exclude<typeof sources, string[]>;
        const list = world.state.recoveries.list({ open: !all }).filter(({ plan }) => sources.includes(plan.source));
        const rows = list.map((recovery) => [
          recovery.id,
          recovery.plan.source,
          recovery.plan.target.name,
          standingWords(recovery, now),
        ]);
        const text = rows.length === 0 ? 'No recovery waits for anybody.' : renderTable(columns, rows);
        return done({ kind: 'recoveries', recoveries: list }, text);
      }),
    );
  for (const [verb, description] of Object.entries(does) as [keyof typeof does, string][]) {
    approvals
      .command(verb)
      .description(description)
      .argument('<id>', 'the recovery, or the four characters at its end')
      .argument('[target]', "the target's name, where data is replaced")
      .option('--why <words>', 'the reason, for whoever asked')
      .action((id: string, typedTarget: string | undefined, { why }: { why?: string }, command: Command) =>
        session.inWorld(command, ({ world, principal }) =>
          interruptible(parts, async (signal) => {
            await lookAfterRecoveries(world);
            const decision = {
              principal,
              recovery: id,
              ...(typedTarget !== undefined && { typedTarget }),
              ...(why !== undefined && { why }),
            };
            const answer =
              verb === 'enable-events' ? await enableEvents(world, decision) : await decideAsked(world, verb, decision);
            if (answer.kind === 'refused') return answer;
            const runs = (verb === 'approve' || verb === 'resume') && answer.recovery.state === 'approved';
            const ended = runs
              ? await followRecovery(world, answer.recovery, { terminal: parts.terminal, signal })
              : answer.recovery;
            return 'reason' in ended ? ended : recoveryAnswer(ended, world.clock.now(), parts.name);
          }),
        ),
      );
  }
}

const columns = [{ title: 'Recovery' }, { title: 'Source' }, { title: 'Target' }, { title: 'Is' }];

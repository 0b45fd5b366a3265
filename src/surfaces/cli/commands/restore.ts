import type { Command } from 'commander';
import { Failure } from '../../../domain/failure.ts';
import type { ScenarioName } from '../../../domain/recovery/scenario.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { decide } from '../../../operations/recovery/decide.ts';
import {
  planRecovery,
  type RecoveryRequest,
  refused,
  requestRecovery,
} from '../../../operations/recovery/request-recovery.ts';
import { wantedEnd } from '../../../operations/recovery/wanted-end.ts';
import type { Answer } from '../answer.ts';
import type { OpenWorld } from '../cli-parts.ts';
import { examples } from '../examples.ts';
import { followRecovery } from '../follow-recovery.ts';
import { interruptible } from '../interruptible.ts';
import { planAnswer, recoveryAnswer } from '../recovery-answer.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';

export interface RestoreOptions extends SourceChoice {
  readonly target?: string;
  readonly scratch?: boolean;
  readonly until?: string;
  readonly untilGtid?: string;
  readonly before?: string;
  readonly backup?: string;
  readonly plan?: boolean;
  readonly breakGlass?: string;
}

/** Each way of restoring is a line here. */
const ways = [
  {
    name: 'full',
    scenario: 'complete',
    description: 'everything onto another server, as near to now as the binlogs lead; asks for approval first',
    example: 'restore full --target replacement --plan',
  },
  {
    name: 'pitr',
    scenario: 'point-in-time',
    description: 'everything as it was at a moment, onto another server or a scratch server; asks for approval first',
    example: 'restore pitr --scratch --until 2026-11-28T10:30:00Z',
  },
] as const satisfies readonly { name: string; scenario: ScenarioName; description: string; example: string }[];

export function registerRestore(program: Command, session: Session): void {
  const restore = program
    .command('restore')
    .description('bring data back: shows the plan, waits for approval, does exactly that');
  for (const { name, scenario, description, example } of ways) {
    restoreOptions(choosingSource(restore.command(name)).description(description))
      .addHelpText('after', examples(session.parts.name, [[example, '']]))
      .action((named: string | undefined, options: RestoreOptions, command: Command) =>
        session.inWorld(command, (opened) => restoreWay(session, opened, { scenario, options, named })),
      );
  }
  registerRestoreSchema(restore, session);
}

/** The source itself is led back, so there is no other server to name. */
function registerRestoreSchema(restore: Command, session: Session): void {
  askingOptions(restore.command('schema'))
    .description('lead a migration back by its rollback script, on the source itself; asks for approval first')
    .argument('<migration>', 'its name: rollback-NAME.sql or NAME.rollback.sql is run')
    .option('-s, --source <name>', 'may be left out when there is one source')
    .addHelpText('after', examples(session.parts.name, [['restore schema 001-add-phone --plan', '']]))
    .action((migration: string, options: RestoreOptions, command: Command) =>
      askOfSource(session, command, options, { scenario: 'schema-rollback', details: { migration } }),
    );
}

/** What is done to the source itself, with nothing to be said of its end. */
export function askOfSource(
  session: Session,
  command: Command,
  options: RestoreOptions,
  asked: Pick<RecoveryRequest, 'scenario' | 'details'>,
): Promise<void> {
  return session.inWorld(command, (opened) =>
    interruptible(session.parts, (signal) =>
      askFor(session, opened, options, {
        ...asked,
        principal: opened.principal,
        end: { kind: 'chain-end' },
        signal,
        ...chosenSource(undefined, options),
      }),
    ),
  );
}

/** The options of every way that goes to another server. */
function restoreOptions(command: Command): Command {
  return endOptions(
    command
      .option('-t, --target <name>', 'the server to restore into, by its name under targets')
      .option('--scratch', 'a scratch server, made for this'),
  );
}

/** The options that every way has. */
export function endOptions(command: Command): Command {
  return askingOptions(command)
    .option('--until <time>', 'up to this moment, like 2026-11-28T10:30:00Z; UTC where no zone is named')
    .option('--until-gtid <set>', 'up to when all of these have run')
    .option('--before <place>', 'to just before the transaction at FILE:POSITION, or with this GTID')
    .option('--backup <id>', 'begin from this full backup');
}

export function askingOptions(command: Command): Command {
  return command
    .option('--plan', 'only show what would be done')
    .option('--break-glass <reason>', 'begin without approval, when nobody can give it; the reason is kept and told');
}

export async function restoreWay(
  session: Session,
  opened: OpenWorld,
  {
    scenario,
    options,
    named,
    details,
  }: {
    scenario: ScenarioName;
    options: RestoreOptions;
    named: string | undefined;
    details?: RecoveryRequest['details'];
  },
): Promise<Answer | Refusal> {
  return interruptible(session.parts, async (signal) => {
    const { target, scratch, backup } = options;
    // A table goes back to where it was.
    if (scenario !== 'table' && (target === undefined) === (scratch !== true)) {
      throw new Failure(
        'usage',
        target === undefined ? 'Restore into which server?' : 'Restore into which of the two?',
        {
          hint: 'Name one under targets with --target NAME, or say --scratch.',
        },
      );
    }
    const end = wantedEnd(options);
    if ('why' in end) return refused(end);
    const request: RecoveryRequest = {
      principal: opened.principal,
      scenario,
      end,
      signal,
      ...chosenSource(named, options),
      ...(target !== undefined && { target }),
      ...(backup !== undefined && { backup }),
      ...(details && { details }),
    };
    return askFor(session, opened, options, { ...request, signal });
  });
}

/** Shows the plan alone, asks for its approval, or begins without it. */
async function askFor(
  { parts }: Session,
  { world, principal }: OpenWorld,
  { plan, breakGlass }: RestoreOptions,
  request: RecoveryRequest & { readonly signal: AbortSignal },
): Promise<Answer | Refusal> {
  const now = world.clock.now();
  if (plan) {
    const planned = await planRecovery(world, request);
    return planned.kind === 'refused' ? planned : planAnswer(planned.plan, now);
  }
  const requested = await requestRecovery(world, request);
  if (requested.kind === 'refused') return requested;
  const { id } = requested.recovery;
  if (breakGlass === undefined) return recoveryAnswer(requested.recovery, now, parts.name);
  const broken = decide(world, 'break-glass', { principal, recovery: id, why: breakGlass });
  if (broken.kind === 'refused') return broken;
  const { signal } = request;
  const ended = await followRecovery(world, broken.recovery, { terminal: parts.terminal, signal });
  return 'reason' in ended ? ended : recoveryAnswer(ended, world.clock.now(), parts.name);
}

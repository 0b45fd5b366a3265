import type { Verb } from '../../../operations/recovery/decide.ts';
import { code } from '../blocks/mrkdwn.ts';
import { recoveriesMessage, recoveryMessage } from '../blocks/recovery.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import { askForName } from '../modals/approve.ts';
import type { Answer, Call, Subcommand } from '../subcommand.ts';

const verbs: Readonly<Record<string, Exclude<Verb, 'break-glass'>>> = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'cancel',
  resume: 'resume',
  'give-up': 'give-up',
  'enable-events': 'enable-events',
};

const saidOf: Record<Exclude<Verb, 'break-glass'>, string> = {
  approve: '✅ You have approved it.',
  deny: '⛔ You have denied it.',
  cancel: '⏹️ It is called off; one that runs stops when its step is done.',
  resume: '▶️ It goes on.',
  'give-up': '⏹️ It is given up: what was done stays as it is.',
  'enable-events': '✅ The events are enabled.',
};

/** What the buttons of a recovery's card say, and what can be typed in their place. */
export const approvals: Subcommand = {
  name: 'approvals',
  usage: 'approvals [approve id]',
  does: 'shows the recoveries that wait for approval or run; approves, denies, cancels or goes on with one',
  run(call) {
    const [first, second, ...others] = call.words;
    const verb = first === undefined ? undefined : verbs[first.toLowerCase()];
    if (verb === undefined) return shown(call, first);
    if (second === undefined) return { message: saying('Which recovery?', 'See them with `/backup approvals`.') };
    return decided(call, verb, second, others);
  },
};

function shown({ principal, world, operations }: Call, id: string | undefined): Answer {
  const now = world.clock.now();
  if (id !== undefined) {
    const found = operations.findRecovery(world, principal, id);
    if (found.kind === 'refused') return { message: refusalMessage(found, 'approvals', now) };
    return { message: recoveryMessage(found.recovery, now, { detailed: true }) };
  }
  const sources = operations.sourcesToLookAt(world, { principal });
  if ('reason' in sources) return { message: refusalMessage(sources, 'approvals', now) };
  const open = world.state.recoveries.list({ open: true }).filter(({ plan }) => sources.includes(plan.source));
  return { message: recoveriesMessage(open, now) };
}

async function decided(
  call: Call,
  verb: Exclude<Verb, 'break-glass'>,
  recovery: string,
  words: readonly string[],
): Promise<Answer> {
  const { principal, world, operations } = call;
  const hash = words.map((word) => /^hash=([0-9a-f]{64})$/.exec(word)?.[1]).find((found) => found !== undefined);
  const rest = words.filter((word) => !word.startsWith('hash='));
  const found = operations.findRecovery(world, principal, recovery);
  const untyped = found.kind === 'found' && found.recovery.rule.typedTarget && rest.length === 0;
  if (verb === 'approve' && untyped) return askForName(call, recovery, hash);
  const decision = {
    principal,
    recovery,
    ...(hash !== undefined && { hash }),
    ...(verb === 'approve' && rest[0] !== undefined && { typedTarget: rest[0] }),
    ...(verb === 'deny' && rest.length > 0 && { why: rest.join(' ') }),
  };
  const answer =
    verb === 'enable-events'
      ? await operations.enableEvents(world, decision)
      : await operations.decideAsked(world, verb, decision);
  if (answer.kind === 'refused') return { message: refusalMessage(answer, 'approvals', world.clock.now()) };
  return { message: saying(saidOf[verb], `The card of ${code(answer.recovery.id)} shows how it goes on.`) };
}

import { z } from 'zod';
import { toFailure } from '../../../domain/failure.ts';
import { planWords } from '../../../domain/recovery/plan-words.ts';
import type { StoredRecovery } from '../../../domain/recovery/recovery.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import { capital } from '../../../domain/wording.ts';
import type { RecoveryRequest } from '../../../operations/recovery/request-recovery.ts';
import { failureMessage } from '../blocks/failure.ts';
import { readingView, waitingView } from '../blocks/form.ts';
import { context, type Message, message, section } from '../blocks/message.ts';
import { code, escapeMrkdwn } from '../blocks/mrkdwn.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { momentWords, type RestoreChoices, restoreView } from '../blocks/restore-form.ts';
import type { Concluded, Entered, Modal } from '../modal.ts';
import { readMoment, readRestore } from '../read-restore.ts';
import type { Caller } from '../subcommand.ts';

const title = 'Ask for a recovery';
const metadataSchema = z.object({ zone: z.string().optional() });

/** Asks for a recovery as `/backup restore` does with all its words. */
export const restoreModal: Modal = {
  id: 'restore',
  changed(entered, metadata, call) {
    const choices = choicesFor(call, zoneIn(metadata));
    if (!('sources' in choices)) return readingView(title, refusalMessage(choices, 'restore', call.world.clock.now()));
    return restoreView(choices, entered, shownMoment(entered));
  },
  submit(entered, metadata, call) {
    const zone = zoneIn(metadata);
    const choices = choicesFor(call, zone);
    const { world, principal, signal } = call;
    if (!('sources' in choices)) {
      return { kind: 'shown', view: readingView(title, refusalMessage(choices, 'restore', world.clock.now())) };
    }
    const read = readRestore(choices, entered);
    if (read.kind === 'wrong') return read;
    const request = { ...read.asked, principal, signal };
    return {
      kind: 'shown',
      view: waitingView(title, 'Looking for the way there. Nothing is touched …'),
      conclude: () => conclude(request, choices, entered, call),
    };
  },
};

/** Opens the form; false where that cannot be done. What is known already stands in it. */
export async function askToRestore(call: Caller, known: Entered): Promise<boolean | Refusal> {
  const allowed = choicesFor(call, undefined);
  if (!('sources' in allowed)) return allowed;
  if (!call.before || (allowed.targets.length === 0 && !allowed.scratch)) return false;
  const { before } = call;
  return before.openSoon(title, async () => {
    const zone = await before.zone();
    return restoreView({ ...allowed, ...(zone !== undefined && { zone }) }, known, shownMoment(known));
  });
}

function choicesFor({ world, principal, operations }: Caller, zone: string | undefined): RestoreChoices | Refusal {
  const sources = operations.sourcesFor(world, { principal, action: 'request-recovery' });
  if ('reason' in sources) return sources;
  return {
    sources,
    targets: [...(world.targets?.keys() ?? [])],
    scratch: world.scratch !== undefined,
    now: world.clock.now(),
    ...(zone !== undefined && { zone }),
  };
}

/** Never rejects: what fails is shown where somebody waits for it, the form still filled in. */
async function conclude(
  request: RecoveryRequest,
  choices: RestoreChoices,
  entered: Entered,
  { world, operations, channelOf }: Caller,
): Promise<Concluded> {
  try {
    const answer = await operations.requestRecovery(world, request);
    const now = world.clock.now();
    if (answer.kind === 'requested') {
      const told = askedMessage(answer.recovery, channelOf(answer.recovery.plan.source), choices.zone, now);
      return { view: readingView('Asked for approval', told), message: told };
    }
    const why = refusalMessage(answer, 'restore', now);
    return { view: restoreView(choices, entered, { ...shownMoment(entered), problem: why }), message: why };
  } catch (error) {
    const failure = toFailure(error);
    world.log.error({ err: error, code: failure.code }, 'A recovery could not be asked for');
    const why = failureMessage(failure);
    return { view: restoreView(choices, entered, { ...shownMoment(entered), problem: why }), message: why };
  }
}

function askedMessage({ id, plan }: StoredRecovery, channel: string, zone: string | undefined, now: Date): Message {
  const { headline, facts } = planWords(plan, now);
  const what = `🛟 ${escapeMrkdwn(capital(headline))}: ${code(id)} waits for approval in ${channel}.`;
  return message(what, [
    section(`${what}\nSomebody else approves it there. Nothing is touched before.`),
    plan.wanted.kind === 'moment' ? context(momentWords(new Date(plan.wanted.at), zone)) : undefined,
    ...facts.map(([name, value]) => section(`*${name}*  ${escapeMrkdwn(value)}`)),
  ]);
}

function shownMoment(entered: Entered): { moment?: Date } {
  const moment = readMoment(entered);
  return moment.kind === 'moment' ? { moment: moment.at } : {};
}

function zoneIn(metadata: string): string | undefined {
  return metadataSchema.parse(JSON.parse(metadata)).zone;
}

import type { PruneAnswer } from '../../../operations/prune.ts';
import { prunedMessage, prunePlanMessage } from '../blocks/prune.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Answer, type Subcommand, splitSource } from '../subcommand.ts';

/** Shows what would go; the button names that very plan, and only it is carried out. */
export const prune: Subcommand = {
  name: 'prune',
  usage: 'prune [source]',
  does: 'shows which backups are past their time and why the rest stays; removes them at the press of a button',
  async run({ principal, words, world, operations, signal }) {
    const { source, rest } = splitSource(words, world.sources);
    const plan = rest.find((word) => /^[0-9a-f]{8}$/.test(word));
    const wanted = source ?? rest.find((word) => word !== plan);
    const request = { principal, ...(wanted !== undefined && { source: wanted }) };
    if (plan !== undefined)
      return answerFor(await operations.prune(world, { ...request, plan, signal }), world.clock.now());
    const planned = await operations.planPrune(world, request);
    if (planned.kind === 'refused') return { message: refusalMessage(planned, 'prune', world.clock.now()) };
    return { message: prunePlanMessage(planned.plan), forChannelOf: planned.plan.source };
  },
};

function answerFor(answer: PruneAnswer, now: Date): Answer {
  switch (answer.kind) {
    case 'refused':
      return { message: refusalMessage(answer, 'prune', now) };
    case 'plan-changed':
      return { message: prunePlanMessage(answer.plan, { changed: true }) };
    case 'pruned':
      return { message: prunedMessage(answer.report) };
    default:
      return answer satisfies never;
  }
}

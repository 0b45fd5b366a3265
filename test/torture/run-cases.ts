import type { Flavour } from '../support/server-programs.ts';
import type { TortureCase, TortureClass, Verdict } from './case.ts';
import { type Dice, diceFor } from './dice.ts';
import type { Workshop } from './workshop.ts';

export interface Plan {
  readonly seed: number;
  readonly classes: readonly TortureClass[];
  /** At most so many, chosen by the seed, each class in proportion and at least once. */
  readonly most?: number;
  /** Only the one of this id. */
  readonly only?: string;
  /** Without those that take long, and of each class those on one of the flavours. */
  readonly quickly?: boolean;
}

export interface CaseResult extends Verdict {
  readonly id: string;
  readonly className: string;
  readonly seconds: number;
}

export const flavours: readonly Flavour[] = ['mysql', 'mariadb'];

interface ChosenCase {
  readonly flavour: Flavour;
  readonly className: string;
  readonly torture: TortureCase;
}

/** Runs the cases of a plan, those of one flavour after one another, both flavours beside each other. Ends early when aborted. */
export async function runCases(
  plan: Plan,
  workshop: Workshop,
  { signal, onDone }: { signal: AbortSignal; onDone: (result: CaseResult, all: number) => void },
): Promise<CaseResult[]> {
  const chosen = await chooseCases(plan, workshop);
  const results: CaseResult[] = [];
  const runAll = async (flavour: Flavour) => {
    for (const one of chosen.filter((each) => each.flavour === flavour)) {
      if (signal.aborted) return;
      const result = await runCase(one, plan.seed, workshop);
      // What an interruption broke says nothing.
      if (signal.aborted) return;
      results.push(result);
      onDone(result, chosen.length);
    }
  };
  await Promise.all(flavours.map(runAll));
  return results;
}

async function runCase(
  { flavour, className, torture }: ChosenCase,
  seed: number,
  workshop: Workshop,
): Promise<CaseResult> {
  const { id } = torture;
  const startedAt = performance.now();
  const verdict = await torture
    .run(await workshop.ground(flavour), diceFor(seed, id))
    .catch(
      (error: unknown): Verdict => ({ ended: 'not reached', wrong: [`the case itself broke: ${stackOf(error)}`] }),
    );
  return { id, className, ...verdict, seconds: (performance.now() - startedAt) / 1000 };
}

async function chooseCases(
  { seed, classes, most, only, quickly = false }: Plan,
  workshop: Workshop,
): Promise<ChosenCase[]> {
  const wanted = only === undefined ? flavours : flavours.filter((flavour) => only.split('/')[1] === flavour);
  const isOn = ({ name }: TortureClass, flavour: Flavour) =>
    !quickly || flavours[diceFor(seed, name).whole(0, flavours.length - 1)] === flavour;
  const perFlavour = await Promise.all(
    wanted.map((flavour) => {
      const here = classes.filter((each) => isOn(each, flavour));
      return casesOn(flavour, { seed, classes: here }, workshop);
    }),
  );
  const all = perFlavour
    .flat()
    .filter(({ torture }) => (only === undefined || torture.id === only) && !(quickly && torture.slow));
  // In no order, so that a run that is ended early has looked everywhere.
  const shuffled = shuffle(all, diceFor(seed, 'which cases'));
  if (most === undefined || all.length <= most) return shuffled;
  const left = new Map(classes.map(({ name }) => [name, shareOf(name)]));
  return shuffled.filter(({ className }) => {
    const more = left.get(className) ?? 0;
    left.set(className, more - 1);
    return more > 0;
  });

  function shareOf(name: string): number {
    const ofClass = all.filter(({ className }) => className === name).length;
    return Math.max(1, Math.floor(ofClass * ((most ?? 0) / all.length)));
  }
}

async function casesOn(
  flavour: Flavour,
  { seed, classes }: Pick<Plan, 'seed' | 'classes'>,
  workshop: Workshop,
): Promise<ChosenCase[]> {
  const ground = await workshop.ground(flavour);
  const chosen: ChosenCase[] = [];
  for (const { name, cases } of classes) {
    chosen.push(...(await cases(ground, seed)).map((torture) => ({ flavour, className: name, torture })));
  }
  return chosen;
}

function shuffle<T>(things: readonly T[], dice: Dice): T[] {
  return things
    .map((thing) => [dice.chance(), thing] as const)
    .sort(([a], [b]) => a - b)
    .map(([, thing]) => thing);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

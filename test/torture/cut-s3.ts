import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import type { TortureCase, TortureClass, Verdict } from './case.ts';
import type { CommandName } from './commands.ts';
import type { Dice } from './dice.ts';
import { disturbedRun } from './disturbed-run.ts';
import type { Ground } from './ground.ts';
import { isWriting, nth } from './s3-requests.ts';

const counts = { backup: 24, verify: 6 } as const;

/** One request to S3, or every one from then on, meets a cable that breaks, an answer that is lost or altered, a store that is busy. */
export const cutS3: TortureClass = {
  name: 'cut-s3',
  cases: async ({ flavour }) =>
    (['backup', 'verify'] as const).flatMap((command) =>
      Array.from(
        { length: counts[command] },
        (_, index): TortureCase => ({
          id: `cut-s3/${flavour}/s3/${command}-${index + 1}`,
          async run(ground, dice) {
            const { requests } = await ground.measures('s3');
            const at = dice.whole(1, command === 'backup' ? requests : Math.ceil(requests / 3));
            return meetAtS3(ground, dice, { command, fault: someFault(dice), lasting: dice.chance() < 0.3, at });
          },
        }),
      ),
    ),
};

/** Every n-th request that changes something is refused: that one, or all from then on. */
export const failingS3: TortureClass = {
  name: 'failing-s3',
  async cases(ground) {
    const { writingRequests } = await ground.measures('s3');
    return Array.from({ length: writingRequests }, (_, index) => index + 1)
      .filter((at) => (at % 2 === 0) === (ground.flavour === 'mysql'))
      .map(
        (at): TortureCase => ({
          id: `failing-s3/${ground.flavour}/s3/write-${at}`,
          async run(ground, dice) {
            const [status, code] = dice.pick([
              [403, 'AccessDenied'],
              [500, 'InternalError'],
              [507, 'InsufficientStorage'],
            ]);
            const fault: Fault = { kind: 'answer', status, code };
            return meetAtS3(ground, dice, {
              command: 'backup',
              fault,
              lasting: dice.chance() < 0.5,
              at,
              writing: true,
            });
          },
        }),
      );
  },
};

function someFault(dice: Dice): Fault {
  const after = dice.magnitude(6_000_000);
  return dice.pick<Fault>([
    { kind: 'cut-request', after },
    { kind: 'cut-answer', after },
    { kind: 'lose-answer' },
    { kind: 'reset' },
    { kind: 'flip', at: after },
    { kind: 'answer', status: 503, code: 'SlowDown' },
  ]);
}

interface Meeting {
  readonly command: CommandName;
  readonly fault: Fault;
  readonly lasting: boolean;
  readonly at: number;
  /** Only requests that change something count. */
  readonly writing?: boolean;
}

async function meetAtS3(ground: Ground, dice: Dice, meeting: Meeting): Promise<Verdict> {
  const { command, fault, lasting, at, writing = false } = meeting;
  const proxy = await startFaultProxy((await ground.bucket()).endpoint);
  const matches = nth(at, { lasting, ...(writing && { among: isWriting }) });
  proxy.meet(matches, fault, lasting ? Number.POSITIVE_INFINITY : 1);
  const wasMet = () => countOf(proxy, writing) >= at;
  try {
    return await disturbedRun(ground, dice, {
      store: 's3',
      command,
      through: { s3: proxy.endpoint },
      meets: () => ({}),
      met: wasMet,
      mend: proxy.calm,
      storeIsGone: lasting,
    });
  } finally {
    await proxy.stop();
  }
}

function countOf({ seen }: FaultProxy, writing: boolean): number {
  return writing ? seen.filter(isWriting).length : seen.length;
}

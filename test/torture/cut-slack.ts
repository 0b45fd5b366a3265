import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { startWire, type Wire } from '../support/wire.ts';
import type { TortureCase, TortureClass, Verdict } from './case.ts';
import type { Dice } from './dice.ts';
import { howItEnded } from './ending.ts';
import type { Ground } from './ground.ts';
import { judge, lookBefore } from './oracle.ts';
import type { Place } from './place.ts';
import type { StoreKind } from './stores.ts';

const counts: Record<StoreKind, number> = { local: 10, s3: 3 };
/** About what a bot and Slack say to each other over one scheduled backup. */
const someTalk = 20_000;
const patienceMilliseconds = 60_000;

/** The bot takes a backup that is due; meanwhile its wire to Slack breaks at some byte, for a blink or for seconds. The backup does not care, and Slack shows it in the end. */
export const cutSlack: TortureClass = {
  name: 'cut-slack',
  cases: async ({ flavour }) =>
    (['local', 's3'] as const).flatMap((store) =>
      Array.from(
        { length: counts[store] },
        (_, index): TortureCase => ({
          id: `cut-slack/${flavour}/${store}/${index + 1}`,
          async run(ground, dice) {
            const slack = await startPlayground();
            const wire = await startWire({ port: Number(new URL(slack.url).port) });
            const place = await ground.place(store, slackBehind(wire, slack));
            try {
              return await backUpWhileSlackBreaks(ground, place, { slack, wire, dice });
            } finally {
              await place.close();
              await wire.stop();
              await slack.close();
            }
          },
        }),
      ),
    ),
};

function slackBehind(wire: Wire, { appToken, botToken }: Playground) {
  const tokens = { appToken: { env: 'SLACK_APP_TOKEN' }, botToken: { env: 'SLACK_BOT_TOKEN' } };
  return {
    settings: {
      slack: { channel: '#db-ops', apiUrl: `http://127.0.0.1:${wire.port}/api/`, ...tokens },
      people: { asha: { slack: 'U0ASHA000', os: userInfo().username, roles: { '*': ['admin'] } } },
      schedules: { full: { cron: '0 2 * * *', keep: '30d' } },
      // Where there is one, the bot proves its backups with it, which takes long and is not what this is about.
      scratch: undefined,
    },
    env: { SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: botToken },
  };
}

async function backUpWhileSlackBreaks(
  ground: Ground,
  place: Place,
  { slack, wire, dice }: { slack: Playground; wire: Wire; dice: Dice },
): Promise<Verdict> {
  const before = await lookBefore(ground, place);
  const { state } = await place.world();
  const twoDaysAgo = Date.now() - 2 * 86_400_000;
  state.due.put({ key: 'full:alumni', dueAt: new Date(twoDaysAgo + 1000), handledUntil: new Date(twoDaysAgo) });
  const lasting = dice.chance() < 0.5;
  wire.cutAfter(dice.whole(0, someTalk), { by: dice.pick(['reset', 'close']), lasting });
  const away = 200 + dice.chance() * 3000;

  const wrong: string[] = [];
  let cut = false;
  const run = await place.tidemark(['start'], {
    async whileRunning({ kill, over }) {
      void untilCut(wire, over).then(async () => {
        cut = wire.isCut();
        await pause(away);
        wire.mend();
      });
      const due = () => state.jobs.list({ kind: 'full-backup' }).find(({ trigger }) => trigger === 'catch-up');
      const made = await wait(over, () => due()?.outcome?.kind);
      if (made !== 'succeeded') wrong.push(`the backup that was due ${made ?? 'did not end'}`);
      const id = due()?.backupId ?? 'a backup';
      const shown = await wait(over, () => shownOf(slack).find((text) => text.includes(id)));
      if (!shown) wrong.push(`Slack never showed the end of ${id}. It shows: ${shownOf(slack).join('\n')}`);
      kill('SIGTERM');
    },
  });
  if (run.status !== 0) wrong.push(`the bot ended with ${run.status}`);
  wrong.push(...(await judge({ ground, place, run, before, dice })));
  return {
    ended: cut ? howItEnded(run) : 'not reached',
    wrong: wrong.length === 0 ? [] : [...wrong, `it had said: ${run.stdout}${run.stderr}`],
  };
}

/** What everybody in the channel can read by now, threads included. */
function shownOf(slack: Playground): string[] {
  return slack.messages('db-ops').flatMap((head) => [head, ...slack.thread(head)].map(slack.shownText));
}

async function untilCut(wire: Wire, over: Promise<unknown>): Promise<void> {
  await wait(over, () => wire.isCut() || undefined);
}

/** What `look` finds, or undefined when the process ends or patience does before there is anything. */
async function wait<Thing>(over: Promise<unknown>, look: () => Thing | undefined): Promise<Thing | undefined> {
  let ended = false;
  void over.then(() => {
    ended = true;
  });
  const giveUpAt = performance.now() + patienceMilliseconds;
  for (;;) {
    const found = look();
    if (found !== undefined || ended || performance.now() > giveUpAt) return found;
    await pause(20);
  }
}

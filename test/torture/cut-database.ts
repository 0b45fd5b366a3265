import { startWire } from '../support/wire.ts';
import type { TortureCase, TortureClass } from './case.ts';
import { disturbedRun } from './disturbed-run.ts';
import { storeKinds } from './stores.ts';

const countPerStore = { local: 20, s3: 6 };

/** Every connection to the database breaks after some byte; the next ones hold, or break too. */
export const cutDatabase: TortureClass = {
  name: 'cut-database',
  cases: async ({ flavour }) =>
    storeKinds.flatMap((store) =>
      Array.from(
        { length: countPerStore[store] },
        (_, index): TortureCase => ({
          id: `cut-database/${flavour}/${store}/${index + 1}`,
          async run(ground, dice) {
            const { databaseBytes } = await ground.measures(store);
            const wire = await startWire(ground.server);
            // Few bytes are what the bot asks and is told; most are the dump.
            const after = dice.chance() < 0.6 ? dice.magnitude(databaseBytes) : dice.whole(0, databaseBytes);
            wire.cutAfter(after, { by: dice.pick(['reset', 'close']), lasting: dice.chance() < 0.5 });
            try {
              return await disturbedRun(ground, dice, {
                store,
                command: 'backup',
                through: { database: wire.port },
                meets: () => ({}),
                met: wire.isCut,
                mend: wire.mend,
              });
            } finally {
              await wire.stop();
            }
          },
        }),
      ),
    ),
};

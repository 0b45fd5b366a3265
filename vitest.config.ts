import { defineConfig } from 'vitest/config';

/** A condition is waited for as long as a slow machine may need; vitest would give up after a second. */
const patiently = { poll: { timeout: 15_000 } };

/** `quick` needs nothing but Node; `real` needs the servers and Chromium that `npm run setup` installs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['test/{domain,config,operations,adapters,surfaces,contract,architecture,playground}/**/*.test.ts'],
          testTimeout: 20_000,
          expect: patiently,
        },
      },
      // Ten minutes long: only `npm run soak` names it.
      ...(process.env.TIDEMARK_SOAK
        ? [{ test: { name: 'soak', include: ['test/soak/**/*.test.ts'], testTimeout: 60 * 60_000 } }]
        : []),
      {
        test: {
          name: 'real',
          include: ['test/{integration,scenario,browser,torture}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: patiently,
          maxWorkers: 2,
        },
      },
    ],
  },
});

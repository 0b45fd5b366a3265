import { afterAll, beforeAll } from 'vitest';
import { type StartOptions, startDatabaseServer, type TestServer } from './database-server.ts';
import { extraServerPrograms, findServerPrograms, type ServerPrograms } from './server-programs.ts';

/**
 * Every server a suite should pass on: `describe.each(everyFlavour)('… on $name', (flavour) => { … })`. A missing
 * one throws while the tests are collected, which fails the run.
 */
export const everyFlavour: readonly ServerPrograms[] = [
  findServerPrograms('mysql'),
  findServerPrograms('mariadb'),
  ...extraServerPrograms(),
];

/** One server for the tests of a `describe` block, started before the first and gone after the last. */
export function useDatabaseServer(
  flavour: StartOptions['flavour'],
  options: Omit<StartOptions, 'flavour'> = {},
): TestServer {
  const server = {} as TestServer; // Filled before any test runs; nothing in it changes after the start.
  beforeAll(async () => {
    Object.assign(server, await startDatabaseServer({ flavour, ...options }));
  });
  afterAll(() => server.stop?.());
  return server;
}

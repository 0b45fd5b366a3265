import { availableParallelism } from 'node:os';
import { calendar } from '../adapters/clock/calendar.ts';
import { type LoadOptions, loadConfiguration, readConfiguration } from '../config/load-configuration.ts';
import type { Settings } from '../config/settings.ts';

/** The whole configuration, or Failure `configuration` with every mistake. */
export function loadSettings(file: string, env: NodeJS.ProcessEnv): Promise<Settings> {
  return loadConfiguration(file, optionsFor(env));
}

/** As much of it as is right. */
export function readSettings(file: string, env: NodeJS.ProcessEnv): ReturnType<typeof readConfiguration> {
  return readConfiguration(file, optionsFor(env));
}

function optionsFor(env: NodeJS.ProcessEnv): LoadOptions {
  return {
    env,
    cronProblem: (cron, zone) => calendar().problem(cron, zone),
    // zstd and the encryption of each dump that is read keep about one processor busy.
    readers: Math.min(8, Math.max(2, availableParallelism())),
  };
}

import { readFileSync } from 'node:fs';
import { configuredApplication } from '../adapters/application/configured-application.ts';
import { calendar } from '../adapters/clock/calendar.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { crashAt } from '../adapters/process/crash-at.ts';
import { scriptDirectory } from '../adapters/rollback/script-directory.ts';
import { openState } from '../adapters/state/open-state.ts';
import type { Settings } from '../config/settings.ts';
import { principalForShell } from '../domain/people.ts';
import { longestScript } from '../domain/rollback/read-script.ts';
import { unretireKeys } from '../operations/unretire-keys.ts';
import type { World } from '../operations/world.ts';
import type { OpenWorld } from '../surfaces/cli/cli-parts.ts';
import type { Around } from './around.ts';
import { lazyDirectory } from './lazy-directory.ts';
import { lazyEncryption } from './lazy-encryption.ts';
import { lazyScratch } from './lazy-scratch.ts';
import { lazySource } from './lazy-source.ts';
import { lazyTarget, restorersOf } from './lazy-target.ts';
import { openKeys } from './open-keys.ts';
import { openRepository } from './open-repository.ts';
import { loadSettings } from './read-settings.ts';
import { version } from './version.ts';

/** The world of a configuration, and who sits at the shell. Failures `configuration`, `key-unreadable`, `state-unavailable`. */
export async function openWorld(file: string, around: Around): Promise<OpenWorld & { settings: Settings }> {
  const settings = await loadSettings(file, around.env);
  const keys = await openKeys(settings.keys, around);
  const crashPoint = crashAt(around.env.TIDEMARK_CRASH_AT);
  const clock = systemClock();
  const state = openState({ path: settings.statePath, clock });
  const { schedules, backups, people } = settings;
  const world: World = {
    sources: new Map(settings.sources.map((source) => [source.name, lazySource(source, settings.spoolPath)])),
    repositories: {
      primary: openRepository(settings.repositories.primary),
      copies: settings.repositories.copies.map(openRepository),
      maxLag: Object.fromEntries(
        settings.repositories.copies.flatMap(({ name, maxLag }) => (maxLag === undefined ? [] : [[name, maxLag]])),
      ),
    },
    encryption: lazyEncryption(keys),
    state,
    clock,
    calendar: calendar(),
    ...(settings.scratch && { scratch: lazyScratch(settings.scratch, settings.sources) }),
    targets: new Map(settings.targets.map((target) => [target.name, lazyTarget(target, settings.spoolPath)])),
    restorers: restorersOf(settings),
    keepTablesDays: new Map(
      settings.sources.flatMap(({ name, restore }) => (restore ? [[name, restore.keepTablesDays]] : [])),
    ),
    approvals: settings.approvals.rules,
    rollbackScripts: new Map(
      settings.sources.flatMap(({ name, rollbacks: path }) =>
        path === undefined ? [] : [[name, scriptDirectory({ path, longest: longestScript })]],
      ),
    ),
    ...(people && { people }),
    ...(settings.slack && { directory: lazyDirectory(settings.slack) }),
    schedules,
    validations: new Map(settings.sources.flatMap(({ name, validation }) => (validation ? [[name, validation]] : []))),
    application: configuredApplication(),
    ...(settings.warnWhenFullWithinDays !== undefined && {
      warnWhenFullWithinDays: settings.warnWhenFullWithinDays,
    }),
    crashPoint,
    log: around.log,
    backups,
    recoverProgram: readFileSync(new URL('../recovery-kit/recover.mjs', import.meta.url)),
    version,
  };
  unretireKeys(world);
  const principal = principalForShell(people, around.osUser, { hasSlack: settings.slack !== undefined });
  return { world, principal, settings, ...(people && { people }), close: () => state.close() };
}

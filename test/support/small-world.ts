import { calendar } from '../../src/adapters/clock/calendar.ts';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import type { World } from '../../src/operations/world.ts';
import type { Source } from '../../src/ports/source.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export interface SmallWorld extends World {
  readonly clock: ManualClock;
  readonly logged: { level: 'info' | 'warn' | 'error'; fields: Record<string, unknown>; message: string }[];
}

/** A world without servers or keys: touching those fails the test. Everything else is real, and may be replaced. */
export function smallWorld({
  sources = ['alumni'],
  now = '2026-11-23T00:00:00Z',
  statePath = ':memory:',
  ...parts
}: { sources?: string[]; now?: string; statePath?: string } & Partial<
  Omit<World, 'sources' | 'clock'>
> = {}): SmallWorld {
  const clock = manualClock(now);
  const logged: SmallWorld['logged'] = [];
  const logAs = (level: 'info' | 'warn' | 'error') => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message });
  return {
    sources: new Map(sources.map((name) => [name, untouchable<Source>(`source ${name}`, { name })])),
    repositories: { primary: memoryRepository(), copies: [] },
    encryption: untouchable('encryption'),
    state: parts.state ?? openState({ path: statePath, clock }),
    calendar: calendar(),
    schedules: {},
    crashPoint: () => {},
    log: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
    backups: { processes: 2, readers: 1, verifyAfter: false, checksums: false },
    recoverProgram: new Uint8Array(),
    version: '0.0.0-test',
    ...parts,
    clock,
    logged,
  };
}

function untouchable<Part extends object>(what: string, known: Partial<Part> = {}): Part {
  // A proxy has no type of its own; what it lacks fails with its name.
  return new Proxy(known, {
    get(target, property) {
      if (property in target || typeof property === 'symbol') return Reflect.get(target, property);
      throw new Error(`This world has no ${what}.${property}.`);
    },
    has: (target, property) => property in target,
  }) as Part;
}

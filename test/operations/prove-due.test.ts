import { describe, expect, it } from 'vitest';
import { proveDue, type VerificationStarter } from '../../src/operations/prove-due.ts';
import type { Scratch } from '../../src/ports/scratch.ts';
import { catalogued } from '../support/catalogued.ts';
import { smallWorld } from '../support/small-world.ts';

const now = new Date('2026-11-23T05:00:00Z');
const [newest, older] = ['20261123T020000Z-full-alumni-aaaa', '20261115T020000Z-full-alumni-bbbb'];
const verified = { at: '2026-11-23T02:05:00Z', verdict: 'good', depth: 'read' } as const;
const nightly = { full: { cron: '0 2 * * *', keepDays: 30 } };
const scratch: Scratch = {
  find: () => Promise.reject(new Error('not here')),
  start: () => Promise.reject(new Error('not here')),
  sweep: async () => [],
};

function scene(parts: Parameters<typeof smallWorld>[0] = {}) {
  const world = smallWorld({ schedules: nightly, scratch, now: now.toISOString(), ...parts });
  const proofs: string[] = [];
  const start: VerificationStarter = (_, { backup, deep, trigger }) => {
    proofs.push(`${backup} ${deep ? 'deep' : 'read'} ${trigger}`);
    return { kind: 'refused', reason: 'unknown-backup', wanted: backup };
  };
  return { world, proofs, prove: (at = now) => proveDue(world, at, { start }) };
}

describe('a proof by restoring', () => {
  it('is not due where there is no scratch server, no schedule, or no backup', () => {
    const { scratch: _, ...without } = scene().world;
    proveDue(without, now);
    const unscheduled = scene({ schedules: {} });
    unscheduled.world.state.catalog.put(catalogued(newest));
    unscheduled.prove();
    const empty = scene();
    empty.prove();
    expect([...unscheduled.proofs, ...empty.proofs]).toEqual([]);
  });

  it('is due of the newest good backup when the last is a week old, and tried once a day', () => {
    const { world, proofs, prove } = scene();
    world.state.catalog.put(catalogued(older, { verified, restoredAt: '2026-11-15T03:00:00Z' }));
    world.state.catalog.put(catalogued(newest, { verified }));
    prove();
    prove(new Date('2026-11-23T23:00:00Z'));
    prove(new Date('2026-11-24T05:00:00Z'));
    expect(proofs).toEqual([`${newest} deep schedule`, `${newest} deep schedule`]);
  });

  it('is not due while the last is fresh, and comes as often as asked for', () => {
    const { world, proofs, prove } = scene();
    world.state.catalog.put(catalogued(older, { verified, restoredAt: '2026-11-20T03:00:00Z' }));
    world.state.catalog.put(catalogued(newest, { verified }));
    prove();
    expect(proofs).toEqual([]);
    proveDue({ ...world, schedules: { full: { ...nightly.full, proveEveryDays: 2 } } }, now);
    expect(world.state.jobs.list({ kind: 'verification' })).toHaveLength(1);
  });

  it('gives way to what runs', () => {
    const { world, proofs, prove } = scene();
    world.state.catalog.put(catalogued(newest));
    const backup = world.state.jobs.start({
      kind: 'full-backup',
      source: 'alumni',
      startedBy: 'tidemark',
      trigger: 'schedule',
    });
    prove();
    expect(proofs).toEqual([]);
    world.state.jobs.finish(backup.kind === 'started' ? backup.job.id : '', { kind: 'cut-off' });
    prove();
    expect(proofs).toEqual([`${newest} deep schedule`]);
  });
});

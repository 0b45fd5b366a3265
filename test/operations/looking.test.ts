import { beforeEach, describe, expect, test } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { memoryState } from '../../src/adapters/state/open-state.ts';
import { parseBackupId } from '../../src/domain/backup-id.ts';
import type { People } from '../../src/domain/people.ts';
import type { Principal, Role } from '../../src/domain/principal.ts';
import { listBackups } from '../../src/operations/list-backups.ts';
import { readStatus } from '../../src/operations/read-status.ts';
import { showBackup } from '../../src/operations/show-backup.ts';
import { whoAmI } from '../../src/operations/who-am-i.ts';
import type { World } from '../../src/operations/world.ts';
import type { Source } from '../../src/ports/source.ts';
import { catalogued } from '../support/catalogued.ts';
import { manualClock } from '../support/manual-clock.ts';

const id = '20261123T020000Z-full-alumni-x7k2';
let world: World;

beforeEach(() => {
  const clock = manualClock('2026-11-23T05:01:00Z');
  world = {
    sources: new Map(['alumni', 'billing'].map((name) => [name, { name } as Source])),
    repositories: { primary: memoryRepository(), copies: [] },
    encryption: {
      keys: () => [{ id: 'k-1', fingerprint: 'ab:cd', encrypts: true, provider: 'file' }],
    } as unknown as World['encryption'],
    state: memoryState({ clock }),
    clock,
    calendar: {
      matches: () => [new Date('2026-11-23T02:00:00Z')],
      next: () => new Date('2026-11-24T02:00:00Z'),
      problem: () => undefined,
    },
    schedules: { full: { cron: '0 2 * * *', keepDays: 30 } },
    crashPoint: () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    backups: { processes: 1, readers: 1, verifyAfter: false, checksums: false },
    recoverProgram: new Uint8Array(),
    version: '0',
  };
});

function somebody(roles: Record<string, Role[]>): Principal {
  return { name: 'asha', via: 'slack', roles };
}

describe('whoever has no role', () => {
  const stranger = somebody({});

  test.each([
    ['status', () => readStatus(world, { principal: stranger })],
    ['the status of a source', () => readStatus(world, { principal: stranger, source: 'alumni' })],
    ['the catalog', () => listBackups(world, { principal: stranger, source: 'alumni' })],
    ['a backup', () => showBackup(world, { principal: stranger, backup: id })],
  ])('does not see %s, and the audit log knows', async (_, look) => {
    expect(await look()).toMatchObject({ kind: 'refused', reason: 'not-allowed' });
    expect(world.state.audit.list({ actor: 'asha' })).toMatchObject([{ action: 'look.refused' }]);
  });
});

describe('whoever may look at one source', () => {
  const viewer = somebody({ billing: ['viewer'] });

  test('sees its status without naming it, and not that of others', () => {
    const answer = readStatus(world, { principal: viewer });
    expect(answer.kind === 'status' && answer.sources.map(({ source }) => source)).toEqual(['billing']);
    expect(readStatus(world, { principal: viewer, source: 'alumni' })).toMatchObject({ reason: 'not-allowed' });
  });

  test('does not find a backup of another by its last four characters', async () => {
    world.state.catalog.put(catalogued(id));
    expect(await showBackup(world, { principal: viewer, backup: 'x7k2' })).toMatchObject({ reason: 'not-allowed' });
  });
});

describe('status', () => {
  const admin = somebody({ '*': ['admin'] });

  test('has the worst source first', () => {
    const verified = { at: '2026-11-23T02:01:00Z', verdict: 'good', depth: 'read' } as const;
    world.state.catalog.put(catalogued(id, { verified }));
    const answer = readStatus(world, { principal: admin });
    expect(answer.kind === 'status' && answer.sources.map(({ source, standing }) => `${source} ${standing}`)).toEqual([
      'billing critical',
      'alumni warning',
    ]);
  });

  test('warns of a key without a second copy until somebody says where it lies', () => {
    const codes = () => {
      const answer = readStatus(world, { principal: admin, source: 'alumni' });
      return answer.kind === 'status' ? answer.sources[0]?.warnings.map(({ code }) => code) : [];
    };
    expect(codes()).toContain('key-copy');
    world.state.notes.set('key-copy:k-1', 'in the safe');
    expect(codes()).not.toContain('key-copy');
  });
});

describe('the catalog', () => {
  const admin = somebody({ '*': ['admin'] });

  test('asks which source, where there are several', () => {
    expect(listBackups(world, { principal: admin })).toEqual({
      kind: 'refused',
      reason: 'source-unclear',
      known: ['alumni', 'billing'],
    });
  });

  test('is newest first', () => {
    const ids = [id, '20261122T020000Z-full-alumni-aaaa', '20261124T020000Z-full-alumni-bbbb'];
    for (const one of ids) world.state.catalog.put(catalogued(one));
    const answer = listBackups(world, { principal: admin, source: 'alumni', limit: 2 });
    expect(answer.kind === 'backups' && answer.entries.map((one) => parseBackupId(one.id)?.suffix)).toEqual([
      'bbbb',
      'x7k2',
    ]);
  });
});

describe('a backup', () => {
  const admin = somebody({ '*': ['admin'] });

  test('that is not there is refused, one that is listed but gone from the repository is a fault', async () => {
    expect(await showBackup(world, { principal: admin, backup: id })).toMatchObject({ reason: 'unknown-backup' });
    expect(await showBackup(world, { principal: admin, backup: 'latest', source: 'alumni' })).toMatchObject({
      reason: 'no-backup-yet',
    });
    world.state.catalog.put(catalogued(id));
    await expect(showBackup(world, { principal: admin, backup: 'x7k2' })).rejects.toMatchObject({
      code: 'backup-missing',
    });
  });
});

describe('who am I', () => {
  const people: People = { dba: { roles: { alumni: ['admin'] } }, boss: { roles: { '*': ['admin'] } } };

  test('says what I may do where, and who grants more', () => {
    const who = whoAmI(world, { principal: somebody({ alumni: ['operator'] }), people });
    expect(who.sources).toMatchObject([
      {
        source: 'alumni',
        roles: ['operator'],
        may: [
          'look',
          'take-backup',
          'verify',
          'validate',
          'find',
          'see-transactions',
          'cancel-job',
          'request-recovery',
        ],
        grantedBy: ['dba', 'boss'],
      },
      { source: 'billing', roles: [], may: [], grantedBy: ['boss'] },
    ]);
  });
});

import type { RecoveryPlan } from '../../src/domain/recovery/plan.ts';
import { planHash } from '../../src/domain/recovery/plan.ts';
import type { Recovery } from '../../src/domain/recovery/recovery.ts';

/** A plan as good as any, for what does not care. */
export function somePlan(change: Partial<RecoveryPlan> = {}): RecoveryPlan {
  return {
    formatVersion: 1,
    scenario: 'complete',
    source: 'alumni',
    backup: {
      id: '20261128T020000Z-full-alumni-x7k2',
      snapshotAt: '2026-11-28T02:00:14.000Z',
      serverUuid: 'b2f9c1de-0000-0000-0000-000000000001',
      serverVersion: '9.7.4',
      position: { file: 'binlog.000003', offset: 157, gtidSet: '' },
      contents: 'c'.repeat(64),
      provenAt: '2026-11-28T02:10:00.000Z',
      rawBytes: 500_000_000,
    },
    wanted: { kind: 'chain-end' },
    end: {
      place: { timeline: '20261125T031412Z-x7k2', file: 'binlog.000004', end: 4711 },
      at: '2026-11-28T09:59:58.000Z',
      history: '',
    },
    range: {
      flavour: 'mysql',
      from: 157,
      files: [
        { timeline: '20261125T031412Z-x7k2', file: 'binlog.000003', end: 9000 },
        { timeline: '20261125T031412Z-x7k2', file: 'binlog.000004', end: 4711 },
      ],
    },
    target: {
      kind: 'target',
      name: 'replacement',
      serverUuid: 'b2f9c1de-0000-0000-0000-000000000002',
      place: '10.0.0.9:3306',
      version: '9.7.4',
      replaces: [],
    },
    gtids: 'anew',
    binlog: false,
    steps: [
      { id: 'read', title: 'Read everything', seconds: 10 },
      { id: 'restore', title: 'Restore the full backup', seconds: 120 },
      { id: 'replay', title: 'Replay the binlogs', seconds: null },
    ],
    expectedSeconds: null,
    loss: { from: '2026-11-28T09:59:58.000Z', to: '2026-11-28T10:00:00.000Z', transactions: null, tables: null },
    warnings: ['Whether it has room is unknown'],
    details: {},
    ...change,
  };
}

/** Asked for by Asha at ten, for one approver. */
export function someRecovery(change: Partial<Recovery> = {}): Recovery {
  const plan = change.plan ?? somePlan();
  return {
    id: 'r-20261128T100000Z-r3cv',
    plan,
    hash: planHash(plan),
    rule: { approvers: 1, role: 'approver', expiresSeconds: 86_400, windowSeconds: 14_400, typedTarget: false },
    requested: { by: 'asha', via: 'slack', at: '2026-11-28T10:00:00.000Z' },
    state: 'requested',
    approvals: [],
    breakGlass: null,
    ended: null,
    validUntil: '2026-11-29T10:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    steps: [],
    progress: null,
    failure: null,
    stopAsked: null,
    eventsToEnable: [],
    validation: null,
    eventsEnabled: null,
    notes: [],
    scratch: null,
    ...change,
  };
}

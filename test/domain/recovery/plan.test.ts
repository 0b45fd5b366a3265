import { expect, it, test } from 'vitest';
import { ruleFor } from '../../../src/domain/recovery/approval-rule.ts';
import { changedParts, planHash, recoveryPlanSchema } from '../../../src/domain/recovery/plan.ts';
import { planWords } from '../../../src/domain/recovery/plan-words.ts';
import { wantedEnd } from '../../../src/operations/recovery/wanted-end.ts';
import { somePlan } from '../../support/plan.ts';

const now = new Date('2026-11-28T10:00:00Z');

it('has one hash, however its keys are ordered and wherever it was stored', () => {
  const plan = somePlan();
  const reversed = Object.fromEntries(Object.entries(plan).reverse()) as typeof plan;
  expect(planHash(reversed)).toBe(planHash(plan));
  expect(planHash(recoveryPlanSchema.parse(JSON.parse(JSON.stringify(plan))))).toBe(planHash(plan));
  expect(planHash(somePlan({ warnings: [] }))).not.toBe(planHash(plan));
});

test.each([
  ['nothing', {}, []],
  ['an estimate, a warning or a proof', { expectedSeconds: 7, warnings: [] }, []],
  ['the server behind the target', { target: { ...somePlan().target, serverUuid: 'other' } }, ['target']],
  ['what lies on the target', { target: { ...somePlan().target, replaces: ['shop'] } }, ['what is replaced']],
  ['the set under that id', { backup: { ...somePlan().backup, contents: 'd' } as never }, ['backup']],
  ['how GTIDs are treated', { gtids: 'kept' as const }, ['GTIDs']],
])('when %s is another, the plan is void for %j', (_, change, expected) => {
  expect(changedParts(somePlan(), somePlan(change))).toEqual(expected);
});

it('says what, from where, to where, up to when, and what will be lost', () => {
  const words = planWords(somePlan(), now);
  expect([words.headline, ...words.facts.map((fact) => fact.join(': '))]).toEqual([
    'complete recovery of alumni onto replacement',
    'From: 20261128T020000Z-full-alumni-x7k2, of 02:00:14 UTC, 477 MiB, proven 8 h ago',
    'To: replacement at 10.0.0.9:3306, version 9.7.4, server b2f9c1de-0000-0000-0000-000000000002',
    'Up to: 2026-11-28 09:59:58 UTC, the end of the shipped binlogs, binlog.000004:4711',
    'Will be lost: what was committed after 09:59:58 UTC, 2.0 s; how many transactions nobody can tell',
    'Takes: not known yet: nothing like it was measured here; within 4 h is the aim',
  ]);
});

test('replacing data takes two approvers and the typed name, whatever less is configured', () => {
  expect(ruleFor({}, 'complete', { replaces: false })).toMatchObject({ approvers: 1, typedTarget: false });
  expect(ruleFor({}, 'complete', { replaces: true })).toMatchObject({ approvers: 2, typedTarget: true });
  expect(ruleFor({ complete: { approvers: 3 } }, 'complete', { replaces: true })).toMatchObject({ approvers: 3 });
});

test.each([
  [{}, { kind: 'chain-end' }],
  [{ until: '2026-11-28T10:30:00Z' }, { kind: 'moment', at: '2026-11-28T10:30:00.000Z' }],
  [{ until: '2026-11-28 10:30' }, { kind: 'moment', at: '2026-11-28T10:30:00.000Z' }],
  [{ until: '2026-11-28T16:00:00+0530' }, { kind: 'moment', at: '2026-11-28T10:30:00.000Z' }],
  [{ until: '2026-02-31T10:30:00Z' }, { why: 'no-plan' }],
  [{ until: 'yesterday' }, { why: 'no-plan' }],
  [{ untilGtid: 'b2f9c1de-0000-0000-0000-000000000001:1-5,\n' }, { kind: 'gtid' }],
  [{ before: 'binlog.000012:4711' }, { kind: 'before-statement', place: { file: 'binlog.000012', position: 4711 } }],
  [{ before: '0-1-77' }, { kind: 'before-statement', gtid: '0-1-77' }],
  [{ before: 'DROP TABLE users' }, { why: 'no-plan' }],
  [{ until: '2026-11-28', before: 'binlog.000012:4711' }, { why: 'no-plan' }],
])('typed as %j it means %j', (typed, expected) => {
  expect(wantedEnd(typed)).toMatchObject(expected);
});

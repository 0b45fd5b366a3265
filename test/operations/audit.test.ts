import { expect, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
import { authorize } from '../../src/operations/authorize.ts';
import { listAudit } from '../../src/operations/list-audit.ts';
import { resolveSource } from '../../src/operations/resolve-source.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { smallWorld } from '../support/small-world.ts';

const viewer: Principal = { name: 'ravi', via: 'slack', roles: { alumni: ['viewer'] } };
const approver: Principal = { name: 'asha', via: 'shell', roles: { alumni: ['approver'] } };
const admin: Principal = { name: 'root', via: 'shell', roles: { '*': ['admin'] } };

test('who may not is refused with the roles that may, and the audit log says so', () => {
  const world = smallWorld();
  const refusal = authorize(world, viewer, 'take-backup', 'alumni');
  expect(refusal).toEqual({ kind: 'refused', reason: 'not-allowed', needs: ['operator', 'admin'], source: 'alumni' });
  expect(world.state.audit.list()).toMatchObject([
    { actor: 'ravi', via: 'slack', action: 'take-backup.refused', source: 'alumni', at: world.clock.now() },
  ]);
});

test('who may passes, and nothing is written', () => {
  const world = smallWorld();
  expect(authorize(world, viewer, 'look', 'alumni')).toBeUndefined();
  expect(authorize(world, admin, 'take-backup', 'alumni')).toBeUndefined();
  expect(world.state.audit.list()).toEqual([]);
});

test('a role on one source is none on another, nor on the whole installation', () => {
  const world = smallWorld();
  expect(listAudit(world, approver, { source: 'events' }).kind).toBe('refused');
  expect(listAudit(world, approver).kind).toBe('refused');
  expect(verifyAudit(world, approver).kind).toBe('refused');
  expect(listAudit(world, approver, { source: 'alumni' })).toEqual({ kind: 'listed', records: [] });
});

test('the audit log lists even the refusals to read it', () => {
  const world = smallWorld();
  listAudit(world, viewer, { source: 'alumni' });
  const listed = listAudit(world, admin);
  expect(listed).toMatchObject({ kind: 'listed', records: [{ actor: 'ravi', action: 'read-audit.refused' }] });
});

test('verifying tells how many records there are and the newest hash, for comparing with those noted elsewhere', () => {
  const world = smallWorld();
  authorize(world, viewer, 'configure', 'alumni');
  const result = verifyAudit(world, admin);
  const [newest] = world.state.audit.list({ limit: 1 });
  expect(newest).toMatchObject({ action: 'audit.verified', actor: 'root' });
  expect(result).toEqual({ kind: 'verified', verdict: { kind: 'intact', records: 2, head: newest?.hash } });
});

const look = { principal: admin, action: 'look' } as const;

test('without a name the only source is meant', () => {
  expect(resolveSource(smallWorld(), look)).toMatchObject({ kind: 'resolved', source: { name: 'alumni' } });
});

test('with several sources, or none, a name is needed', () => {
  const world = smallWorld({ sources: ['events', 'alumni'] });
  expect(resolveSource(world, look)).toEqual({
    kind: 'refused',
    reason: 'source-unclear',
    known: ['alumni', 'events'],
  });
  expect(resolveSource(smallWorld({ sources: [] }), look)).toMatchObject({ reason: 'source-unclear', known: [] });
  expect(resolveSource(world, { ...look, source: 'events' })).toMatchObject({ source: { name: 'events' } });
});

test('an unknown source is refused with the names that are known', () => {
  expect(resolveSource(smallWorld(), { ...look, source: 'alumnni' })).toEqual({
    kind: 'refused',
    reason: 'unknown-source',
    source: 'alumnni',
    known: ['alumni'],
  });
});

test('who may look at a source may not therefore back it up', () => {
  const wanted = { principal: viewer, action: 'take-backup', source: 'alumni' } as const;
  expect(resolveSource(smallWorld(), wanted)).toMatchObject({ kind: 'refused', reason: 'not-allowed' });
});

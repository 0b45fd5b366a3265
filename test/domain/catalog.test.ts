import { describe, expect, it } from 'vitest';
import { withVerification } from '../../src/domain/catalog.ts';
import type { Finding, Verification } from '../../src/domain/verification.ts';
import { catalogued } from '../support/catalogued.ts';

const entry = catalogued('20261123T020000Z-full-alumni-aaaa');
const lost: Finding = { object: 'restored', problem: 'row-count', detail: '1 is not 2' };

function result(
  depth: 'read' | 'restored',
  hour: number,
  findings: Finding[] = [],
  repository = 'primary',
): Verification {
  const at = `2026-11-23T${String(hour).padStart(2, '0')}:00:00Z`;
  return {
    ...{ formatVersion: 1, fact: 'verification', backupId: entry.id, repository, depth, startedAt: at, finishedAt: at },
    ...{ verdict: findings.length === 0 ? 'good' : 'bad', findings },
    ...{ parts: 1, tables: 1, rows: 1, storedBytes: 1, rawBytes: 1 },
  };
}

describe('what is known of a backup', () => {
  it('is bad when it is bad in one repository', () => {
    const known = withVerification(entry, [result('read', 3), result('read', 3, [lost], 'cloud')]);
    expect(known).toMatchObject({
      verified: { verdict: 'bad' },
      findings: ['restored in cloud: row-count, 1 is not 2'],
    });
  });

  it('remembers when it was restored, though it is read again later', () => {
    const known = withVerification(withVerification(entry, [result('restored', 3)]), [result('read', 4)]);
    expect(known).toMatchObject({ restoredAt: '2026-11-23T03:00:00Z', verified: { depth: 'read', verdict: 'good' } });
  });

  it('stays bad when restoring found it so, however well it reads, until it restores', () => {
    const bad = withVerification(entry, [result('restored', 3, [lost])]);
    expect(withVerification(bad, [result('read', 4)])).toEqual(bad);
    expect(bad.restoredAt).toBeNull();
    const mended = withVerification(bad, [result('restored', 5)]);
    expect(mended).toMatchObject({ verified: { verdict: 'good' }, restoredAt: '2026-11-23T05:00:00Z', findings: [] });
  });
});

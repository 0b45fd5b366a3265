import { expect, test } from 'vitest';
import type { Job, Outcome } from '../../src/domain/job.ts';
import { decideRetry } from '../../src/domain/retry.ts';

const failed: Outcome = { kind: 'failed', failure: { code: 'x', message: 'x', hint: 'x', retryable: true } };
const backupId = '20261123T030000Z-full-alumni-aaaa';

function job(outcome: Outcome | null, hour: number, change: Partial<Job> = {}): Job {
  const startedAt = new Date(Date.UTC(2026, 10, 23, hour));
  return {
    id: `j${hour}`,
    kind: 'full-backup',
    source: 'alumni',
    startedBy: 'ben',
    trigger: 'request',
    startedAt,
    finishedAt: outcome && startedAt,
    backupId: outcome?.kind === 'succeeded' ? backupId : null,
    progress: null,
    outcome,
    revision: 1,
    ...change,
  };
}

const mine = job(failed, 2);

test.each<[string, Job, Job[], object]>([
  ['a failed job', mine, [], { kind: 'retry' }],
  ['a job that was cut off', job({ kind: 'cut-off' }, 2), [], { kind: 'retry' }],
  ['a job that was cancelled', job({ kind: 'cancelled', reason: '' }, 2), [], { kind: 'retry' }],
  ['a job that succeeded', job({ kind: 'succeeded', backupId }, 2), [], { kind: 'moot', why: 'not-failed' }],
  ['one while another runs', mine, [job(null, 3)], { kind: 'moot', why: 'running', jobId: 'j3' }],
  ['one that runs itself', job(null, 2), [job(null, 2)], { kind: 'moot', why: 'running' }],
  [
    'one after a later success',
    mine,
    [job({ kind: 'succeeded', backupId }, 3)],
    { kind: 'moot', why: 'succeeded-since', backupId },
  ],
  ['one after an earlier success', mine, [job({ kind: 'succeeded', backupId }, 1)], { kind: 'retry' }],
  ['one after another failure', mine, [job(failed, 3)], { kind: 'retry' }],
  ['one while a verification runs', mine, [job(null, 3, { kind: 'verification' })], { kind: 'retry' }],
  [
    'one after another source succeeded',
    mine,
    [job({ kind: 'succeeded', backupId }, 3, { source: 'billing' })],
    { kind: 'retry' },
  ],
])('running %s again', (_, asked, others, decision) => {
  expect(decideRetry(asked, others)).toMatchObject(decision);
});

import type { JobKind } from './job.ts';
import type { Role } from './principal.ts';

/** Why an operation would not do as asked. A value, never thrown; every surface renders all of them. */
export type Refusal =
  | { kind: 'refused'; reason: 'not-allowed'; needs: readonly Role[]; source: string }
  | { kind: 'refused'; reason: 'unknown-source'; source: string; known: readonly string[] }
  | { kind: 'refused'; reason: 'source-unclear'; known: readonly string[] }
  | {
      kind: 'refused';
      reason: 'already-running';
      jobId: string;
      jobKind: JobKind;
      source: string;
      startedBy: string;
      startedAt: string;
    }
  | { kind: 'refused'; reason: 'unknown-backup'; wanted: string }
  | { kind: 'refused'; reason: 'no-backup-yet'; source: string }
  | { kind: 'refused'; reason: 'bot-running'; pid: number };

export type RefusalReason = Refusal['reason'];

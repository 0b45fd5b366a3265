import type { JobKind } from './job.ts';
import type { Role } from './principal.ts';
import type { RecoveryRefusal } from './recovery/recovery-refusal.ts';

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
  | { kind: 'refused'; reason: 'no-structure'; backupId: string }
  | { kind: 'refused'; reason: 'prune-running'; source: string; pid: number; since: string }
  | { kind: 'refused'; reason: 'bot-running'; pid: number }
  | { kind: 'refused'; reason: 'shredded'; backupId: string; at: string; by: string }
  | { kind: 'refused'; reason: 'not-confirmed'; wanted: string }
  | { kind: 'refused'; reason: 'keys-busy'; pid: number }
  | { kind: 'refused'; reason: 'key-encrypts'; keyId: string }
  | { kind: 'refused'; reason: 'key-needed'; keyId: string; sets: readonly SetPlace[] }
  | { kind: 'refused'; reason: 'migration'; problem: string; mend: string }
  | { kind: 'refused'; reason: 'recovery'; refusal: RecoveryRefusal };

/** A set in one of the repositories that have it. */
export interface SetPlace {
  readonly id: string;
  readonly repository: string;
}

export type RefusalReason = Refusal['reason'];

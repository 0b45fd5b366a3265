import type { BinlogWarning } from './binlog/binlog-status.ts';
import type { CopyWarning } from './copies/copy-status.ts';

export interface StatusWarning {
  readonly code:
    | 'late'
    | 'never'
    | 'unproven'
    | 'found-bad'
    | 'no-schedule'
    | 'key-copy'
    | 'last-failed'
    | 'cut-off'
    | 'proof-overdue'
    | 'shred-unfinished'
    | 'disk-filling'
    | 'pin-ending'
    | CopyWarning['code']
    | BinlogWarning['code'];
  readonly severity: 'warning' | 'critical';
  readonly text: string;
  readonly hint: string;
}

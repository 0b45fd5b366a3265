import type { Attempt, Check } from './check.ts';
import { diagnoseKey, type KeyExamination } from './diagnose-key.ts';
import { diagnoseSource, type SourceExamination } from './diagnose-source.ts';
import type { FailureFacts } from './job.ts';
import { formatBytes } from './measures.ts';

/** What was found, before it is judged. */
export interface Examination {
  readonly sources: readonly SourceExamination[];
  readonly keys: readonly KeyExamination[];
  readonly repositories: readonly RepositoryExamination[];
  readonly state: { readonly path: string; readonly opened: Attempt<undefined> };
}

export interface RepositoryExamination {
  readonly name: string;
  readonly location: string;
  readonly prepared: Attempt<{ readonly freeBytes?: number }>;
  /** Bytes that the next full backups of all sources will take; undefined when there is no telling. */
  readonly expectedBytes?: number;
}

/** A backup needs this much more room than it is expected to take. */
export const spaceReserve = 1.2;

/** Judges everything that was examined; keys and places first, for without them nothing else matters. */
export function diagnose(examination: Examination): Check[] {
  return [
    ...examination.keys.flatMap((key) => diagnoseKey(key, examination.keys)),
    ...examination.repositories.flatMap(diagnoseRepository),
    diagnoseState(examination.state),
    ...examination.sources.flatMap(diagnoseSource),
  ];
}

function diagnoseRepository({ name, location, prepared, expectedBytes }: RepositoryExamination): Check[] {
  if (prepared.kind === 'failed') return [failed('repository.writable', name, prepared.failure)];
  const writable: Check = {
    id: 'repository.writable',
    subject: name,
    state: 'good',
    finding: `${location} can be written, read and cleared`,
  };
  const { freeBytes } = prepared.value;
  if (freeBytes === undefined) return [writable];
  if (expectedBytes !== undefined && freeBytes < spaceReserve * expectedBytes) {
    return [
      writable,
      {
        id: 'repository.space',
        subject: name,
        state: 'bad',
        finding: `${formatBytes(freeBytes)} are free at ${location}, and the next full backup may take ${formatBytes(expectedBytes)}`,
        mend: `Free at least ${formatBytes(spaceReserve * expectedBytes - freeBytes)} there, or set repository.primary.path to a larger disk.`,
      },
    ];
  }
  const expected = expectedBytes === undefined ? '' : `; the next full backup may take ${formatBytes(expectedBytes)}`;
  return [
    writable,
    { id: 'repository.space', subject: name, state: 'good', finding: `${formatBytes(freeBytes)} free${expected}` },
  ];
}

function diagnoseState({ path, opened }: Examination['state']): Check {
  return opened.kind === 'failed'
    ? failed('state.open', 'state', opened.failure)
    : { id: 'state.open', subject: 'state', state: 'good', finding: `${path} can be opened` };
}

function failed(id: string, subject: string, failure: FailureFacts): Check {
  return { id, subject, state: 'bad', finding: failure.message, mend: failure.hint };
}

import { newestGood } from '../domain/catalog.ts';
import type { Attempt, Check } from '../domain/check.ts';
import type { KeyExamination, KeyReading } from '../domain/diagnose-key.ts';
import type { SourceExamination } from '../domain/diagnose-source.ts';
import { diagnose, type RepositoryExamination } from '../domain/diagnosis.ts';
import { toFailure } from '../domain/failure.ts';
import { keyCopyNote, keyRetiredNote } from '../domain/key-notes.ts';
import type { Repository } from '../ports/repository.ts';
import type { Scratch } from '../ports/scratch.ts';
import type { Source } from '../ports/source.ts';
import type { State } from '../ports/state.ts';

/** What is to be examined. Nothing of it need work: whatever fails is a finding. */
export interface Patient {
  readonly sources: readonly Source[];
  readonly repositories: readonly Repository[];
  /** Only where backups are to be proven by restoring them. */
  readonly scratch?: Scratch;
  readonly keys: readonly PatientKey[];
  readonly state: { readonly path: string; readonly open: () => Promise<State> | State };
  /** Checks of what else is configured (Slack, and what the configuration itself lacks), judged by those who know it. */
  readonly others: readonly (() => Promise<readonly Check[]>)[];
}

export interface PatientKey extends Pick<KeyExamination, 'id' | 'provider' | 'place' | 'encrypts'> {
  readonly read: () => Promise<KeyReading>;
}

/** Looks at everything at once and judges it. Never fails. */
export async function examine(patient: Patient): Promise<Check[]> {
  const opened = await attempt(async () => patient.state.open());
  const state = opened.kind === 'found' ? opened.value : undefined;
  try {
    const [sources, keys, others] = await Promise.all([
      Promise.all(patient.sources.map((source) => examineSource(source, patient.scratch, state))),
      Promise.all(patient.keys.map((key) => examineKey(key, state))),
      Promise.all(patient.others.map(runOther)),
    ]);
    const expected = sources.map((source) => source.expectedBytes);
    const expectedBytes = expected.some((bytes) => bytes !== undefined)
      ? expected.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0)
      : undefined;
    const repositories = await Promise.all(
      patient.repositories.map((repository) => examineRepository(repository, expectedBytes)),
    );
    const setups = await Promise.all(patient.repositories.map(examineSetup));
    const stateFound: Attempt<undefined> = opened.kind === 'failed' ? opened : { kind: 'found', value: undefined };
    return [
      ...diagnose({ sources, keys, repositories, state: { path: patient.state.path, opened: stateFound } }),
      ...setups.flat(),
      ...others.flat(),
    ];
  } finally {
    state?.close();
  }
}

async function examineSource(
  source: Source,
  scratch: Scratch | undefined,
  state: State | undefined,
): Promise<SourceExamination & { expectedBytes?: number }> {
  const [facts, tools] = await Promise.all([attempt(() => source.facts()), attempt(() => source.tools())]);
  // Which server it takes, only the source can say.
  const server = facts.kind === 'found' ? facts.value : undefined;
  const proving = scratch && server && (await attempt(() => scratch.find(server)));
  const expectedBytes = await expectedSize(source, state, facts.kind === 'found');
  return {
    name: source.name,
    scope: source.scope,
    facts,
    tools: tools.kind === 'found' ? tools.value : [],
    ...(proving && { proving }),
    ...(expectedBytes !== undefined && { expectedBytes }),
  };
}

/** What the last full took, or else the server's estimate of its data. */
async function expectedSize(source: Source, state: State | undefined, reachable: boolean): Promise<number | undefined> {
  const last = await attempt(async () =>
    newestGood(state?.catalog.list({ source: source.name, kind: 'full' }) ?? [], 'full'),
  );
  if (last.kind === 'found' && last.value) return last.value.storedBytes;
  if (!reachable) return undefined;
  const inventory = await attempt(() => source.inventory());
  return inventory.kind === 'found' ? inventory.value.tables.reduce((sum, table) => sum + table.bytes, 0) : undefined;
}

async function examineKey({ read, ...key }: PatientKey, state: State | undefined): Promise<KeyExamination> {
  const noted = async (name: string) => {
    const note = await attempt(async () => state?.notes.get(name));
    return note.kind === 'found' ? note.value : undefined;
  };
  const [copyAt, retiredAt] = [await noted(keyCopyNote(key.id)), await noted(keyRetiredNote(key.id))];
  return {
    ...key,
    read: await attempt(read),
    ...(copyAt !== undefined && { copyAt }),
    ...(retiredAt !== undefined && { retiredAt }),
  };
}

async function examineRepository(
  repository: Repository,
  expectedBytes: number | undefined,
): Promise<RepositoryExamination> {
  const prepared = await attempt(async () => {
    await repository.prepare();
    const freeBytes = await repository.freeBytes();
    return freeBytes === undefined ? {} : { freeBytes };
  });
  const { name, location } = repository;
  return { name, location, prepared, ...(expectedBytes !== undefined && { expectedBytes }) };
}

/** What is wrong with the place itself; whether it is there and lets us in was found out by using it. */
async function examineSetup({ setup }: Repository): Promise<readonly Check[]> {
  const looked = await attempt(async () => (await setup?.inspect()) ?? []);
  const checks = looked.kind === 'found' ? looked.value : [];
  return checks.filter(({ id }) => id !== 'repository.place').map(({ applicable: _, ...check }) => check);
}

async function runOther(check: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const result = await attempt(check);
  if (result.kind === 'found') return result.value;
  const { message, hint } = result.failure;
  return [{ id: 'check', subject: 'doctor', state: 'bad', finding: message, mend: hint }];
}

async function attempt<Value>(act: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { kind: 'found', value: await act() };
  } catch (error) {
    const { code, message, hint, retryable } = toFailure(error);
    return { kind: 'failed', failure: { code, message, hint, retryable } };
  }
}

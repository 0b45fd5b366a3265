import { newestGood } from '../../domain/catalog.ts';
import type { ChecklistItem, ValidationReport } from '../../domain/checklist/checklist.ts';
import { formatMoment } from '../../domain/measures.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { noValidation } from '../../domain/validation/validation.ts';
import { record } from '../record.ts';
import { resolveSource } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { sampleLatency } from './sample-latency.ts';
import { validate } from './validate.ts';

export interface ValidatedSource {
  readonly kind: 'validated';
  readonly source: string;
  readonly report: ValidationReport;
}

/** Asks the configured questions of a source itself and goes through the checklist there. Failures: a source's. */
export async function validateSource(
  world: World,
  { principal, source: wanted, signal }: { principal: Principal; source?: string; signal: AbortSignal },
): Promise<ValidatedSource | Refusal> {
  const resolved = resolveSource(world, {
    principal,
    action: 'validate',
    ...(wanted !== undefined && { source: wanted }),
  });
  if (resolved.kind === 'refused') return resolved;
  const { name: source, inspection } = resolved.source;
  const inventory = await resolved.source.inventory();
  const validation = world.validations?.get(source) ?? noValidation;
  const looking = { place: 'source', source, inspection, inventory, validation, signal } as const;
  await sampleLatency(world, source, signal);
  const report = await validate(world, looking, integrityOf(world, source));
  const detail = { states: report.checklist.map(({ topic, state }) => `${topic}: ${state}`).join(', ') };
  record(world, principal, { action: 'source.validated', source, detail });
  return { kind: 'validated', source, report };
}

/** By the newest full backup that is not known to be bad, and its last verification. */
function integrityOf(world: World, source: string): Omit<ChecklistItem, 'topic'> {
  const fulls = world.state.catalog.list({ source, kind: 'full' });
  const [latest] = fulls;
  if (latest?.verified?.verdict === 'bad') {
    return { state: 'not-ticked', evidence: [`${latest.id}, the newest full backup, was found bad`] };
  }
  const proven = newestGood(fulls, 'full', { proven: true });
  if (!proven?.verified) return { state: 'unknown', evidence: ['no full backup has been verified yet'] };
  const how = proven.verified.depth === 'restored' ? 'by restoring it' : 'every part re-read';
  return { state: 'ticked', evidence: [`${proven.id} verified ${formatMoment(new Date(proven.verified.at))}, ${how}`] };
}

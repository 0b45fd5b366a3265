import { Failure } from '../domain/failure.ts';
import { type Manifest, restoredBytes } from '../domain/manifest.ts';
import { formatBytes } from '../domain/measures.ts';
import type { ServerFacts } from '../domain/server.ts';
import type { Target } from '../ports/target.ts';
import { readVerifications } from './facts.ts';
import { type RestoreRequest, wantedBy } from './restore-request.ts';

/** What could be told beforehand of a restore that may go ahead. */
export interface CheckedTarget {
  /** Whether the largest INSERT fits into the target's max_allowed_packet. */
  readonly packet: 'fits' | 'unknown';
  readonly room: 'fits' | 'unknown';
  /** An estimate of what the restore takes on the target's disk. */
  readonly expectedBytes: number;
}

/**
 * Looks at everything that could end a restore half-way, before anything is touched.
 * Failures: `target-not-empty`, or `restore-failed` with the mend.
 */
export async function checkTarget(
  request: Pick<RestoreRequest, 'target' | 'set' | 'repositories' | 'binlog' | 'tables'>,
  /** `replacing`: what lies there is going to be removed first. */
  { replacing = false }: { replacing?: boolean } = {},
): Promise<CheckedTarget> {
  const { target, set, binlog } = request;
  const { manifest } = set;
  const facts = await target.facts();
  if (!replacing) await refuseSchemas(target);
  if (!binlog) await refuseReplicas(target);
  refuseOtherServer(target, facts, manifest);
  const packet = refuseSmallPacket(target, facts, manifest, await largestInsert(request));
  const expectedBytes = restoredBytes({ tables: manifest.tables.filter(wantedBy(request)) });
  return { packet, room: await refuseFullDisk(target, expectedBytes), expectedBytes };
}

async function refuseSchemas(target: Target): Promise<void> {
  const { schemas } = await target.inventory();
  if (schemas.length === 0) return;
  const some = schemas.slice(0, 3).join(', ');
  throw new Failure('target-not-empty', `${target.name} holds schemas already: ${some}.`, {
    hint: 'Restore into an empty server: nothing that exists is written over.',
  });
}

async function refuseReplicas(target: Target): Promise<void> {
  if ((await target.countReplicas()) === 0) return;
  const message = `${target.name} has replicas, which would not get what is restored without a binlog.`;
  throw new Failure('restore-failed', message, {
    hint: 'Restore with the binlog on, or detach the replicas and build them anew afterwards.',
  });
}

function refuseOtherServer({ name }: Target, facts: ServerFacts, { source }: Manifest): void {
  if (facts.flavour !== source.flavour) {
    throw new Failure('restore-failed', `${name} is ${facts.flavour}, the backup is of ${source.flavour}.`, {
      hint: `Restore into a ${source.flavour} server of version ${source.version}.`,
    });
  }
  if (facts.lowerCaseTableNames !== source.lowerCaseTableNames) {
    const message = `lower_case_table_names is ${facts.lowerCaseTableNames} on ${name}, and ${source.lowerCaseTableNames} where the backup comes from.`;
    throw new Failure('restore-failed', message, {
      hint: 'It is set when a server is initialised: initialise the target with the same value.',
    });
  }
}

/** As the newest verification that read the whole set has measured it; undefined when there was none. */
async function largestInsert({
  repositories,
  set,
}: Pick<RestoreRequest, 'repositories' | 'set'>): Promise<number | undefined> {
  for (const repository of repositories) {
    // Whatever is wrong with a repository, the restore itself finds it.
    const verifications = await readVerifications(repository, set).catch(() => []);
    const measured = verifications.findLast(({ largestInsertBytes }) => largestInsertBytes !== undefined);
    if (measured) return measured.largestInsertBytes;
  }
  return undefined;
}

function refuseSmallPacket(
  { name }: Target,
  { maxAllowedPacket }: ServerFacts,
  { parts }: Manifest,
  measured: number | undefined,
): CheckedTarget['packet'] {
  // No INSERT is larger than the part that it is in.
  const atMost = measured ?? Math.max(0, ...parts.map(({ rawBytes }) => rawBytes));
  if (atMost < maxAllowedPacket) return 'fits';
  if (measured === undefined) return 'unknown';
  const message = `The backup holds an INSERT of ${formatBytes(measured)}; ${name} takes ${formatBytes(maxAllowedPacket)} at most.`;
  throw new Failure('restore-failed', message, {
    hint: `SET GLOBAL max_allowed_packet = 1073741824 on the target, then run it again.`,
  });
}

async function refuseFullDisk(target: Target, wanted: number): Promise<CheckedTarget['room']> {
  const free = await target.freeBytes();
  if (free === undefined) return 'unknown';
  if (wanted <= free) return 'fits';
  const message = `The restore needs about ${formatBytes(wanted)}; ${target.name} has ${formatBytes(free)} free.`;
  throw new Failure('restore-failed', message, { hint: 'Free space there, then run it again.' });
}

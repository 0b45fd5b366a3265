import { type Manifest, restoredBytes } from '../../domain/manifest.ts';
import { formatBytes } from '../../domain/measures.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import { missingRestoreGrants } from '../../domain/restore-grants.ts';
import type { ServerFacts } from '../../domain/server.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Target } from '../../ports/target.ts';
import { checkTarget } from '../check-target.ts';
import type { OpenSet } from '../open-set.ts';
import type { World } from '../world.ts';
import type { PlanWanted } from './scenario.ts';

/** Where a recovery goes, and what is there now. */
export interface ChosenTarget {
  readonly target?: Target;
  readonly facts: Pick<ServerFacts, 'flavour' | 'version' | 'serverUuid' | 'binlog'>;
  readonly replaces: readonly string[];
  readonly replicas: number;
  readonly executed: string;
  readonly warnings: readonly string[];
}

/** The server that is wanted, if a recovery may go there: never over a source, nor onto a running replica. */
export async function chooseTarget(
  world: World,
  wanted: PlanWanted,
  { set, repository, manifest }: { set: OpenSet; repository: Repository; manifest: Manifest },
): Promise<ChosenTarget | RecoveryRefusal> {
  if (wanted.target === undefined) return examineScratch(world, manifest);
  const target = world.targets?.get(wanted.target);
  if (!target) return { why: 'unknown-target', target: wanted.target, known: [...(world.targets?.keys() ?? [])] };
  const facts = await target.facts();
  const sources = new Set(world.state.catalog.list({ kind: 'full', limit: 1000 }).map(({ serverUuid }) => serverUuid));
  if (facts.serverUuid === manifest.source.serverUuid || sources.has(facts.serverUuid)) {
    return {
      why: 'no-plan',
      problem: `${target.name} is a server that is backed up itself: nothing is restored over a source.`,
      mend: 'Name another target, or --scratch.',
    };
  }
  const { replicates, readOnly, executed } = await target.condition();
  if (replicates) {
    return {
      why: 'no-plan',
      problem: `${target.name} is a running replica: what comes in by itself would mix with what is restored.`,
      mend: 'STOP REPLICA; RESET REPLICA ALL on it, then ask again.',
    };
  }
  const privileges = { accounts: manifest.scope.accounts, replays: true, binlog: false };
  const missing = missingRestoreGrants(facts.grants, facts.user, facts.flavour, privileges);
  if (missing.length > 0) {
    const problem = `The user of ${target.name} may not do all that a recovery does.`;
    return { why: 'no-plan', problem, mend: missing.join('\n') };
  }
  const { schemas } = await target.inventory();
  const replicas = await target.countReplicas();
  const binlog = schemas.length > 0 || replicas > 0;
  const checked = await checkTarget({ target, set, repositories: [repository], binlog }, { replacing: true });
  return {
    target,
    facts,
    replaces: schemas,
    replicas,
    executed,
    warnings: [
      ...(schemas.length > 0 ? [`What ${target.name} holds is removed first: ${schemas.join(', ')}`] : []),
      ...(replicas > 0 ? [`${target.name} has ${replicas} replicas, which get all of it too`] : []),
      ...(readOnly
        ? [`${target.name} is read-only: the restoring user has to be one that may write all the same`]
        : []),
      ...(checked.room === 'unknown'
        ? [`Whether it has room for ${formatBytes(restoredBytes(manifest))} is unknown`]
        : []),
      ...(facts.version === manifest.source.version
        ? []
        : [`${target.name} is ${facts.version}, the source was ${manifest.source.version}`]),
      ...(facts.characterSet === manifest.source.characterSet
        ? []
        : [
            `Its default character set is ${facts.characterSet}, the source's ${manifest.source.characterSet}: what is created later differs`,
          ]),
    ],
  };
}

async function examineScratch(world: World, { source }: Manifest): Promise<ChosenTarget | RecoveryRefusal> {
  if (!world.scratch) {
    return {
      why: 'no-plan',
      problem: 'No scratch server is configured.',
      mend: 'Set scratch.serverDir to the directory of mysqld or mariadbd, or name a target: --target NAME',
    };
  }
  const { version } = await world.scratch.find(source);
  const binlog = { enabled: false, format: '', rowImage: '', sync: 0, gtidMode: 'OFF', expireSeconds: 0 };
  return {
    facts: { flavour: source.flavour, version, serverUuid: '', binlog },
    replaces: [],
    replicas: 0,
    executed: '',
    warnings: [],
  };
}

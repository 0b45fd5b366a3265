import type { Check } from '../domain/check.ts';
import { toFailure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Repository } from '../ports/repository.ts';
import type { RepositorySetup, SetupCheck } from '../ports/repository-setup.ts';
import { authorize } from './authorize.ts';
import { repositoryNamed } from './repository-named.ts';
import type { World } from './world.ts';

export interface SetUpRequest {
  readonly principal: Principal;
  /** Left out: the primary. */
  readonly name?: string;
  /** Make the place when it is not there. */
  readonly create: boolean;
  /** Which of these lines to mend: it is shown what there is before anything is changed. */
  readonly choose: (checks: readonly SetupCheck[]) => Promise<readonly SetupCheck[]>;
}

export interface RepositorySetUp {
  readonly kind: 'set-up';
  readonly repository: string;
  readonly location: string;
  readonly created: boolean;
  /** Ids of the lines that were mended. */
  readonly applied: readonly string[];
  /** How it stands now. */
  readonly checks: readonly Check[];
}

/** Looks at where a repository lies, makes it when asked to, mends what was chosen, and proves that it can be used. */
export async function setUpRepository(world: World, request: SetUpRequest): Promise<RepositorySetUp | Refusal> {
  const refusal = authorize(world, request.principal, 'configure', '*');
  if (refusal) return refusal;
  const repository = repositoryNamed(world, request.name);
  const { name, location, setup } = repository;
  const settled = setup
    ? await settle(world, name, setup, request)
    : { created: false, applied: [], checks: [], isThere: true };
  const { isThere, checks, ...done } = settled;
  const usable = isThere ? [await prove(repository)] : [];
  return { kind: 'set-up', repository: name, location, ...done, checks: [...usable, ...checks] };
}

async function settle(
  world: World,
  name: string,
  setup: RepositorySetup,
  { principal, create, choose }: SetUpRequest,
): Promise<Pick<RepositorySetUp, 'created' | 'applied' | 'checks'> & { isThere: boolean }> {
  const record = (action: string, detail: Record<string, string>) =>
    world.state.audit.append({
      at: world.clock.now(),
      actor: principal.name,
      via: principal.via,
      action,
      subject: name,
      detail,
    });
  let checks = await setup.inspect();
  const created = isMissing(checks) && create;
  if (created) {
    await setup.create();
    record('repository.created', {});
    checks = await setup.inspect();
  }
  if (isMissing(checks)) return { created, applied: [], checks, isThere: false };

  const applied: string[] = [];
  const applicable = checks.filter((check) => check.applicable);
  for (const { id } of applicable.length > 0 ? await choose(applicable) : []) {
    await setup.apply(id);
    record('repository.setting-applied', { setting: id });
    applied.push(id);
  }
  if (applied.length > 0) checks = await setup.inspect();
  return { created, applied, checks, isThere: true };
}

function isMissing(checks: readonly Check[]): boolean {
  return checks.some(({ id }) => id === 'repository.place');
}

async function prove(repository: Repository): Promise<Check> {
  const line = { id: 'repository.writable', subject: repository.name };
  try {
    await repository.prepare();
    return { ...line, state: 'good', finding: `${repository.location} can be written, read and cleared` };
  } catch (error) {
    const { message, hint } = toFailure(error);
    return { ...line, state: 'bad', finding: message, mend: hint };
  }
}

import { type ScenarioName, scenarioNames } from '../domain/recovery/scenario.ts';
import { definedOnly } from './defined-only.ts';
import type { Problem } from './problem.ts';
import type { ConfigurationDocument } from './schema.ts';
import type { SecretReference } from './secret.ts';
import type { Settings, SourceSettings, TargetSettings } from './settings.ts';

/** Fetches a secret, or notes at which path it is missing. */
export type FetchSecret = (reference: SecretReference, path: Problem['path']) => Promise<string | undefined>;

export async function resolveTargets(
  targets: ConfigurationDocument['targets'],
  secret: FetchSecret,
  around: { readonly path: (relative: string) => string },
): Promise<TargetSettings[]> {
  const resolved: TargetSettings[] = [];
  for (const [name, target] of Object.entries(targets)) {
    const password = await secret(target.password, ['targets', name, 'password']);
    if (password === undefined) continue;
    resolved.push(
      definedOnly({
        ...target,
        name,
        password,
        socketPath: target.socketPath && around.path(target.socketPath),
        clientDir: target.clientDir && around.path(target.clientDir),
        tls: target.tls && { ca: around.path(target.tls.ca) },
      }),
    );
  }
  return resolved;
}

export async function resolveRestore(
  restore: ConfigurationDocument['sources'][string]['restore'],
  secret: FetchSecret,
  path: Problem['path'],
): Promise<SourceSettings['restore'] | undefined> {
  const password = restore && (await secret(restore.password, path));
  return restore && password !== undefined
    ? { user: restore.user, password, keepTablesDays: restore.keepTables }
    : undefined;
}

/** A source's own folder, or that of all. */
export function resolveRollbacks(
  rollbacks: ConfigurationDocument['rollbacks'],
  around: { readonly path: (relative: string) => string },
): string | undefined {
  return rollbacks && around.path(rollbacks.dir);
}

const daySeconds = 24 * 3600;

export function resolveApprovals({
  stakeholders = [],
  ...byScenario
}: ConfigurationDocument['approvals']): Settings['approvals'] {
  const rules = scenarioNames.flatMap((name: ScenarioName) => {
    const rule = byScenario[name];
    if (!rule) return [];
    const { expires, window, ...others } = rule;
    const seconds = (days: number | undefined) => days && Math.round(days * daySeconds);
    return [[name, definedOnly({ ...others, expiresSeconds: seconds(expires), windowSeconds: seconds(window) })]];
  });
  return { rules: Object.fromEntries(rules), stakeholders };
}

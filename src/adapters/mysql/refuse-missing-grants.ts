import { Failure } from '../../domain/failure.ts';
import { grantStatements, missingGrants } from '../../domain/grants.ts';
import type { ServerFacts } from '../../domain/server.ts';
import type { SourceSettings } from './settings.ts';

/**
 * Checked before anything starts, for what a user may not see the server leaves out without a word: without TRIGGER or EVENT a dump
 * ends well and has no triggers or events.
 */
export function refuseMissingGrants(settings: SourceSettings, server: ServerFacts): void {
  const { schemas, accounts } = settings;
  const scope = { accounts, ...(schemas && { schemas }) };
  const vital = missingGrants(server.grants, server.flavour, server.version, scope).filter((grant) => grant.vital);
  if (vital.length === 0) return;
  const privileges = [...new Set(vital.map((grant) => `${grant.privilege} ${grant.purpose}`))].join(', ');
  throw new Failure('source-missing-grant', `${settings.user} lacks on ${settings.name}: ${privileges}.`, {
    hint: grantStatements(vital, server.grants, settings.user).join('\n'),
  });
}

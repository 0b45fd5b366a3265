import { type ChecklistItem, inOrderOfWorry, type ValidationReport } from '../../domain/checklist/checklist.ts';
import type { QueryVerdict } from '../../domain/validation/judge-query.ts';
import type { World } from '../world.ts';
import { checkApplication } from './check-application.ts';
import { checkForeignKeys } from './check-foreign-keys.ts';
import { checkPerformance } from './check-performance.ts';
import { checkTables } from './check-tables.ts';
import type { Looking } from './looking.ts';
import { runQueries } from './run-queries.ts';

/**
 * Asks the configured questions of a server's data and goes through the checklist. Changes nothing there, and says nothing but names, counts
 * and what the configuration lets be shown. Failures: a source's, where the server goes away.
 */
export async function validate(
  world: Pick<World, 'state' | 'clock' | 'application'>,
  looking: Looking,
  backupIntegrity: Omit<ChecklistItem, 'topic'>,
): Promise<ValidationReport> {
  const queries = await runQueries(looking);
  const checklist: ChecklistItem[] = [
    await checkTables(looking),
    await checkForeignKeys(looking),
    recentData(queries),
    await checkApplication(world, looking),
    await checkPerformance(world, looking),
    { topic: 'backup-integrity', ...backupIntegrity },
  ];
  return {
    at: world.clock.now().toISOString(),
    place: looking.place,
    checklist: inOrderOfWorry(checklist),
    queries,
  };
}

const topic = 'recent-data';

function recentData(queries: readonly QueryVerdict[]): ChecklistItem {
  const recent = queries.filter((query) => query.recent);
  if (recent.length === 0) {
    return { topic, state: 'unknown', evidence: ['no query is marked recent: true under validation.queries'] };
  }
  const evidence = recent.map(({ name, finding }) => `${name}: ${finding}`);
  if (recent.some(({ verdict }) => verdict === 'missed')) return { topic, state: 'not-ticked', evidence };
  return { topic, state: recent.every(({ verdict }) => verdict === 'met') ? 'ticked' : 'unknown', evidence };
}

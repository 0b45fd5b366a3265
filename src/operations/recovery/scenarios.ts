import type { ScenarioName } from '../../domain/recovery/scenario.ts';
import type { Scenario } from './scenario.ts';
import { complete } from './scenarios/complete.ts';
import { killTransactionScenario } from './scenarios/kill-transaction.ts';
import { pointInTime } from './scenarios/point-in-time.ts';
import { schemaRollback } from './scenarios/schema-rollback.ts';
import { table } from './scenarios/table.ts';

/** A scenario is a file under `scenarios` and a line here. */
const scenarios: readonly Scenario[] = [complete, pointInTime, table, schemaRollback, killTransactionScenario];

export function scenarioNamed(name: ScenarioName): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`no scenario is called ${name}`);
  return found;
}

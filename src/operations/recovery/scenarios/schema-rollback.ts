import { compareStep, safetyStep } from '../rollback/backup-steps.ts';
import { checkStep } from '../rollback/check-step.ts';
import { planRollback } from '../rollback/plan-rollback.ts';
import { runScriptStep } from '../rollback/run-script.ts';
import type { Scenario } from '../scenario.ts';

/** A migration went wrong: its rollback script leads the structure of the source itself back, and what comes out is compared with how it was. */
export const schemaRollback: Scenario = {
  name: 'schema-rollback',
  plan: planRollback,
  steps: { safety: safetyStep, run: runScriptStep, compare: compareStep, check: checkStep },
};

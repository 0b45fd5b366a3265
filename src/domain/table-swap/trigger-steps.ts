import { quoteName, type TableName } from '../manifest.ts';
import type { SwapNames } from './swap-names.ts';
import type { SwapStep } from './swap-step.ts';
import type { Trigger } from './table-facts.ts';
import { createTrigger, dropTrigger } from './trigger-statements.ts';

/**
 * Triggers follow their table when it is renamed, and their names are unique in a schema. So the recovered table gets them under other names
 * while nobody writes to it; once it serves, the old table gives the names up and they are taken, under a lock, lest they fire twice or not at all.
 */
export function triggerSteps(
  { table, copy, old, mark }: SwapNames,
  live: readonly Trigger[] | undefined,
  recovered: readonly Trigger[],
): { before: SwapStep[]; after: SwapStep[] } {
  if (live === undefined) return { before: recovered.map((trigger) => come(trigger, copy)), after: [] };
  const waiting = recovered.map((trigger, index) => ({ ...trigger, name: `${mark}_trg${index + 1}` }));
  return {
    before: waiting.map((trigger) => come(trigger, copy)),
    after: [
      // The last first: on the way back they come in the order in which they run.
      ...live.toReversed().map((trigger) => go(trigger, old)),
      ...recovered.map((trigger) => ({ ...come(trigger, table), locked: table })),
      ...waiting.toReversed().map((trigger) => ({ ...go(trigger, table), locked: table })),
    ],
  };
}

function come(trigger: Trigger, table: TableName): SwapStep {
  return {
    title: `the trigger ${quoteName(trigger.name)} is made`,
    forth: createTrigger(trigger, table),
    back: dropTrigger(trigger, table),
    mark: { kind: 'trigger', table, name: trigger.name, present: true },
  };
}

function go(trigger: Trigger, table: TableName): SwapStep {
  return {
    title: `the trigger ${quoteName(trigger.name)} is removed`,
    forth: dropTrigger(trigger, table),
    back: createTrigger(trigger, table),
    mark: { kind: 'trigger', table, name: trigger.name, present: false },
  };
}

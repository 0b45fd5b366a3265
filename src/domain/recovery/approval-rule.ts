import { z } from 'zod';
import type { ScenarioName } from './scenario.ts';

/** Who has to agree to a recovery, and for how long that counts. Pinned when it is requested: what was shown is what counts. */
export const approvalRuleSchema = z.object({
  /** How many people besides the requester. */
  approvers: z.int().positive(),
  role: z.enum(['approver', 'admin']),
  /** Until so many seconds after the request it may be approved. */
  expiresSeconds: z.number().positive(),
  /** Until so many seconds after the last approval it may begin. */
  windowSeconds: z.number().positive(),
  /** Whether whoever approves types the target's name. */
  typedTarget: z.boolean(),
});
export type ApprovalRule = z.infer<typeof approvalRuleSchema>;

/** As the configuration says it. */
export interface RuleSettings {
  readonly approvers?: number;
  /** Where data is replaced. */
  readonly ontoData?: number;
  readonly role?: 'approver' | 'admin';
  readonly expiresSeconds?: number;
  readonly windowSeconds?: number;
}

export type RulesByScenario = Partial<Record<ScenarioName, RuleSettings>>;

const day = 24 * 3600;

/** The rule for one recovery. Replacing what a server holds takes two more people, and its name typed. */
export function ruleFor(
  rules: RulesByScenario,
  scenario: ScenarioName,
  { replaces }: { replaces: boolean },
): ApprovalRule {
  const {
    approvers = 1,
    ontoData = 2,
    role = 'approver',
    expiresSeconds = day,
    windowSeconds = 4 * 3600,
  } = rules[scenario] ?? {};
  return {
    approvers: replaces ? Math.max(approvers, ontoData) : approvers,
    role,
    expiresSeconds,
    windowSeconds,
    typedTarget: replaces,
  };
}

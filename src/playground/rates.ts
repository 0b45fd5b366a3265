import type { Clock } from './clock.ts';

/**
 * How often Slack lets an app call a method: `calls` within any `per` milliseconds. Posting is counted for each
 * channel apart, one a second with a small burst; everything else for each method.
 */
export const tiers = {
  tier2: { calls: 20, per: 60_000 },
  tier3: { calls: 50, per: 60_000 },
  tier4: { calls: 100, per: 60_000 },
  posting: { calls: 5, per: 5_000 },
  many: { calls: 600, per: 60_000 },
} as const;

export type Tier = keyof typeof tiers;

export interface RateGate {
  /** Counts a call. Returns 0 when it may pass, otherwise the whole seconds to wait. */
  take(tier: Tier, key: string): number;
}

export function createRateGate(clock: Clock): RateGate {
  const passed = new Map<string, number[]>();
  return {
    take(tier, key) {
      const { calls, per } = tiers[tier];
      const now = clock.now();
      const recent = (passed.get(key) ?? []).filter((at) => at > now - per);
      passed.set(key, recent);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= calls) return Math.max(1, Math.ceil((oldest + per - now) / 1000));
      recent.push(now);
      return 0;
    },
  };
}

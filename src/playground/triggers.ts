import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export type TriggerVerdict = { kind: 'redeemed'; person: string } | { kind: 'refused'; error: TriggerError };
export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

const livesFor = 3_000;

/** Trigger ids: each opens one modal for the person who caused it, within three seconds. */
export function createTriggers(clock: Clock) {
  const known = new Map<string, { person: string; at: number; used: boolean }>();
  return {
    mint(person: string): string {
      const id = `${Math.floor(clock.now() / 1000)}.${randomBytes(6).readUIntBE(0, 6)}.${randomBytes(16).toString('hex')}`;
      known.set(id, { person, at: clock.now(), used: false });
      return id;
    },
    redeem(id: string): TriggerVerdict {
      const trigger = known.get(id);
      if (!trigger) return { kind: 'refused', error: 'invalid_trigger_id' };
      if (trigger.used) return { kind: 'refused', error: 'exchanged_trigger_id' };
      if (clock.now() - trigger.at > livesFor) return { kind: 'refused', error: 'expired_trigger_id' };
      trigger.used = true;
      return { kind: 'redeemed', person: trigger.person };
    },
  };
}

export type Triggers = ReturnType<typeof createTriggers>;

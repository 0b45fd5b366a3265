import type { WebClient } from '@slack/web-api';
import { isZone } from '../../domain/zoned-moment.ts';
import type { Log } from '../../ports/log.ts';

/** What Slack knows of whoever reads. */
export interface Readers {
  /** The zone of her clocks; undefined where Slack does not say. */
  zoneOf(userId: string): Promise<string | undefined>;
}

const rememberedFor = 3_600_000;
const askedAgainAfter = 60_000;

export function createReaders(client: WebClient, now: () => number, log: Log): Readers {
  const known = new Map<string, { zone: string | undefined; until: number }>();
  return {
    async zoneOf(user) {
      const found = known.get(user);
      if (found && found.until > now()) return found.zone;
      try {
        const { tz } = (await client.users.info({ user })).user ?? {};
        const zone = tz !== undefined && isZone(tz) ? tz : undefined;
        known.set(user, { zone, until: now() + rememberedFor });
        return zone;
      } catch (error) {
        // An app that was installed before it asked for users:read goes on, in UTC.
        log.info({ err: error, user }, 'Slack does not say in which zone somebody is');
        known.set(user, { zone: undefined, until: now() + askedAgainAfter });
        return undefined;
      }
    },
  };
}

import { LogLevel, WebClient } from '@slack/web-api';
import type { Directory } from '../../ports/directory.ts';
import type { SlackSettings } from './settings.ts';

/** The workspace's own word on its members. Slack is never waited for: what does not answer soon tells nothing. */
export function slackDirectory({ botToken, apiUrl }: Pick<SlackSettings, 'botToken' | 'apiUrl'>): Directory {
  const client = new WebClient(botToken, {
    timeout: 2_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
  return {
    async isDeactivated(slackId) {
      try {
        const { user } = await client.users.info({ user: slackId });
        return user?.deleted ?? false;
      } catch {
        return undefined;
      }
    },
  };
}

import { LogLevel, WebClient } from '@slack/web-api';
import type { SlackSettings } from './settings.ts';

/** A client that waits for nothing: what does not answer now is a finding. */
export function examinerClient(token: string, { apiUrl }: SlackSettings): WebClient {
  return new WebClient(token, {
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
}

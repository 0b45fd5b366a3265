import { WebAPIPlatformError } from '@slack/web-api';
import type { Check } from '../../domain/check.ts';
import { toFailure } from '../../domain/failure.ts';

/** What Slack, or the way to it, said no with, as a finding with its mend. `setting` is the token that was used. */
export function explainSlackFault(error: unknown, setting: string): Pick<Check, 'finding' | 'mend'> {
  if (!(error instanceof WebAPIPlatformError)) {
    const mend = 'Check the network, a proxy, and slack.apiUrl where it is set.';
    return { finding: `Slack is out of reach: ${toFailure(error).message}`, mend };
  }
  const code = error.data.error;
  const mends: Record<string, string> = {
    invalid_auth: `Copy the token again from https://api.slack.com/apps into ${setting}.`,
    not_authed: `Set ${setting}.`,
    not_allowed_token_type: `${setting} holds the other kind of token: bot tokens begin with xoxb-, app tokens with xapp-.`,
    account_inactive: 'Reinstall the app in the workspace.',
    token_revoked: `Reinstall the app and copy the new token into ${setting}.`,
    missing_scope: 'Update the app from manifest.yml and reinstall it; the app token needs connections:write.',
    not_in_channel: 'Type in the channel: /invite @Tidemark',
    channel_not_found: 'Correct slack.channel; where the channel is private, type in it: /invite @Tidemark',
    is_archived: 'Unarchive the channel, or name another in slack.channel.',
    restricted_action: "Let apps post in the channel: the channel's settings, Posting permissions.",
    ratelimited: 'Wait a minute and try again.',
  };
  return { finding: `Slack says ${code}`, mend: mends[code] ?? `Look up ${code} at https://docs.slack.dev.` };
}

import type { SlackSettings } from '../config/settings.ts';
import type { Directory } from '../ports/directory.ts';

/** Slack's client comes in when somebody is asked about. */
export function lazyDirectory(settings: SlackSettings): Directory {
  let loading: Promise<Directory> | undefined;
  return {
    async isDeactivated(slackId) {
      loading ??= import('../surfaces/slack/directory.ts').then(({ slackDirectory }) => slackDirectory(settings));
      return (await loading).isDeactivated(slackId);
    },
  };
}

/** What the bot needs to know to live in a workspace. Secrets are already resolved. */
export interface SlackSettings {
  /** Where every source reports that names no channel of its own: `#db-ops`, `db-ops` or an id. */
  readonly channel: string;
  /** Sources that report elsewhere, by name. */
  readonly sourceChannels?: Readonly<Record<string, string>>;
  readonly appToken: string;
  readonly botToken: string;
  /** Another Slack to talk to, as the playground: its Web API's address, ending in `/api/`. */
  readonly apiUrl?: string;
}

/** The slash command that `manifest.yml` declares. */
export const slashCommand = '/backup';

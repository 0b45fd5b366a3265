/** What the bot needs to know to live in a workspace. Secrets are already resolved. */
export interface SlackSettings {
  /** Where every source reports that names no channel of its own: `#db-ops`, `db-ops` or an id. */
  readonly channel: string;
  /** Sources that report elsewhere, by name. */
  readonly sourceChannels?: Readonly<Record<string, string>>;
  /** Who is told when a recovery begins and ends: channels, or names under `people`. */
  readonly stakeholders?: readonly string[];
  readonly botToken: string;
  readonly transport: Transport;
  /** Another Slack to talk to, as the playground: its Web API's address, ending in `/api/`. */
  readonly apiUrl?: string;
}

/** How events, commands and clicks come in: over connections that the bot opens, or by signed requests to it. */
export type Transport = { readonly kind: 'socket-mode'; readonly appToken: string } | HttpTransport;

export interface HttpTransport {
  readonly kind: 'http';
  readonly signingSecret: string;
  /** The address to listen at. Slack speaks TLS only, so a proxy stands before it. */
  readonly host: string;
  readonly port: number;
}

/** The slash command that `manifest.yml` declares. */
export const slashCommand = '/backup';

/** Where over HTTP everything comes in: the end of every request URL in the app's settings. */
export const requestPath = '/slack/events';

/** Who the bot is in this workspace; empty until Slack said so. */
export interface Identity {
  userId: string;
  name: string;
}

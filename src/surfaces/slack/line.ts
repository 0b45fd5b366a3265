import type { Receiver } from '@slack/bolt';
import type { Connection } from './connection.ts';

/** The way by which what Slack has for the bot comes in. */
export interface Line {
  /** Hands it to Bolt. */
  readonly receiver: Receiver;
  /**
   * From now on Slack is heard, until the connection is stopped; `onConnected` is called whenever Slack should be there. Being out of Slack's reach is
   * no failure, but a port that cannot be had is: Failures `port-in-use`, `configuration`.
   */
  open(onConnected: () => Promise<void>): Promise<Connection>;
}

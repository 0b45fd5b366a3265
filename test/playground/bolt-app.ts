import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Playground } from '../../src/playground/start-playground.ts';

/** A real Bolt app for the playground. The receiver learns where Slack is by `installerOptions` alone. */
export function boltApp(playground: Playground, options: { clientPingTimeout?: number } = {}): App {
  const clientOptions = { slackApiUrl: playground.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: playground.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions },
    ...options,
  });
  return new App({ token: playground.botToken, receiver, logLevel: LogLevel.ERROR, clientOptions });
}

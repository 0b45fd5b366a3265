import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Playground } from '../../src/playground/start-playground.ts';

/** A real Bolt app for the playground. The receiver learns where Slack is by `installerOptions` alone. */
export function boltApp(playground: Playground, options: { clientPingTimeout?: number } = {}): App {
  const { appToken } = playground;
  const installerOptions = { clientOptions: clientOptionsFor(playground) };
  return appWith(
    playground,
    new SocketModeReceiver({ appToken, logLevel: LogLevel.ERROR, installerOptions, ...options }),
  );
}

/** The same on HTTP, started: `url` is to be saved as the playground's Request URL. */
export async function startBoltOverHttp(playground: Playground): Promise<{ app: App; url: string }> {
  const { signingSecret } = playground;
  const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
  const app = appWith(playground, receiver);
  const server = await receiver.start({ host: '127.0.0.1', port: 0 });
  return { app, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` };
}

function appWith(playground: Playground, receiver: SocketModeReceiver | HTTPReceiver): App {
  const clientOptions = clientOptionsFor(playground);
  return new App({ token: playground.botToken, receiver, logLevel: LogLevel.ERROR, clientOptions });
}

function clientOptionsFor({ apiUrl }: Playground) {
  return { slackApiUrl: apiUrl, retryConfig: { retries: 0 } };
}

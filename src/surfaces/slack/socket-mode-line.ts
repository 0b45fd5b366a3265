import { type Logger, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Log } from '../../ports/log.ts';
import { keepConnected } from './connection.ts';
import type { Line } from './line.ts';

/** Socket Mode: the bot connects out, and nothing has to reach it. */
export function socketModeLine(
  appToken: string,
  { logger, clientOptions, log }: { logger: Logger; clientOptions: WebClientOptions; log: Log },
): Line {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    clientPingTimeout: 2_000,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  });
  return { receiver, open: async (onConnected) => keepConnected(receiver.client, onConnected, log) };
}

import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../ports/log.ts';

/** Slack's libraries speak through the bot's own log. Each failed attempt to connect is a warning to them; the connection itself tells it once. */
export function boltLogger(log: Log): Logger {
  const line = (parts: unknown[]): string => parts.map(String).join(' ');
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: unknown[]) => log.info({ from: 'slack' }, line(parts)),
    error: (...parts: unknown[]) => log.info({ from: 'slack' }, line(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}

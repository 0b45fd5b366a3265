import { pino } from 'pino';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Structured lines on standard error, from the level that TIDEMARK_LOG names. Values under names that sound secret are left out. */
export function makeLog(env: NodeJS.ProcessEnv, standard: (typeof levels)[number]): Log {
  const wanted = env.TIDEMARK_LOG || standard;
  const level = levels.find((one) => one === wanted);
  if (level === undefined) {
    throw new Failure('usage', `TIDEMARK_LOG is ${wanted}.`, { hint: `Set it to one of ${levels.join(', ')}.` });
  }
  const secret = ['password', 'token', 'appToken', 'botToken', 'signingSecret', 'secret', 'key', 'authorization'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secret.flatMap((name) => [name, `*.${name}`]), censor: '[left out]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

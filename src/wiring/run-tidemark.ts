import { userInfo } from 'node:os';
import { runCli } from '../surfaces/cli/run-cli.ts';
import { makeFounding } from './founding.ts';
import { makeLog } from './log.ts';
import { openPatient } from './open-patient.ts';
import { openWorld } from './open-world.ts';
import { makeTerminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * Where everything concrete meets, for the bot and the shell alike. Each command opens only what it walks through:
 * the libraries that are slow to load (Slack, MySQL, the Encryption SDK) come in when they are first used.
 */
const runByNpm = process.env.npm_lifecycle_event === 'tidemark';
// npm runs scripts in the checkout's folder; paths are meant from where the command was typed.
if (runByNpm && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

// A shell command tells everything itself; TIDEMARK_LOG=info shows the log beside it.
const around = { env: process.env, osUser: userInfo().username };
const terminal = makeTerminal(process);

process.exitCode = await runCli(process.argv.slice(2), {
  version,
  name: runByNpm ? 'npm run -s tidemark --' : 'tidemark',
  terminal,
  openWorld: (file) => openWorld(file, { ...around, log: makeLog(process.env, 'silent') }),
  openPatient: (file, options) => openPatient(file, around, options),
  founding: makeFounding(around),
  async runBot(file, signal) {
    const { runBot } = await import('./run-bot.ts');
    return runBot(file, { ...around, log: makeLog(process.env, 'info') }, signal);
  },
  onInterrupt(interrupted) {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, interrupted);
    return () => {
      for (const signal of signals) process.off(signal, interrupted);
    };
  },
  exit: (status) => process.exit(status),
});
terminal.close();

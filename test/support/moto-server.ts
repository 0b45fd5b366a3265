import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { motoServer } from '../../scripts/setup/places.mjs';

export interface Moto {
  /** `http://127.0.0.1:PORT`, for S3, KMS, SNS and SES alike. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** AWS as moto plays it, on a free port of 127.0.0.1, with nothing in it. Like the database servers it dies with this process. */
export async function startMoto(): Promise<Moto> {
  if (!existsSync(motoServer)) throw new Error('There is no moto on this machine. Run "npm run setup".');
  const args = ['--pdeathsig', 'KILL', '--', motoServer, '--host', '127.0.0.1', '--port', '0'];
  const child = spawn('setpriv', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`moto ended at once:\n${said}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 10_000) said += text;
      const running = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
      if (running?.[1]) resolve(running[1]);
    });
  });
  return {
    endpoint,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What the SDK's credential chain finds in the environment; moto takes anybody. */
export const motoCredentials = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** One moto for the tests of a file, with the credentials to use it in this process's environment. */
export function sharedMoto(): { readonly endpoint: string } {
  const shared = { endpoint: '' };
  let moto: Moto | undefined;
  beforeAll(async () => {
    Object.assign(process.env, motoCredentials);
    moto = await startMoto();
    shared.endpoint = moto.endpoint;
  });
  afterAll(() => moto?.stop());
  return shared;
}

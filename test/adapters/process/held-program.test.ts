import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHeld } from '../../../src/adapters/process/run-program.ts';
import { ownedPrograms } from '../../support/owned-programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const count = { path: 'wc', args: ['-c'] };
const owner = () => ({ owner: `held-${process.pid}-${Math.random()}` });
const shell = (script: string) => ({ path: 'sh', args: ['-c', script] });

it('gives the second program every byte of the first, whatever was written before it was started', async () => {
  const { program, handTo } = await startHeld(shell('seq 100000; echo written >&2'), owner());
  const reader = handTo(count);
  expect(Number(await buffer(reader.output))).toBe(588_895);
  expect(await program.ended).toMatchObject({ exitCode: 0, errors: 'written\n' });
  expect(await reader.ended).toMatchObject({ exitCode: 0 });
});

it('keeps what a program wrote that has long ended', async () => {
  const { program, handTo } = await startHeld(shell('printf early; exit 3'), owner());
  expect(await program.ended).toMatchObject({ exitCode: 3 });
  expect(String(await buffer(handTo({ path: 'cat', args: [] }).output))).toBe('early');
});

it('lets the first end when nobody will read it', async () => {
  const { program } = await startHeld({ path: 'yes', args: [] }, owner());
  program.kill();
  expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
});

it('leaves nothing in the folder where the two meet', async () => {
  vi.stubEnv('TMPDIR', temporaryDirectory());
  onTestFinished(() => void vi.unstubAllEnvs());
  const { program } = await startHeld(shell('exit 0'), owner());
  await program.ended;
  expect(readdirSync(process.env.TMPDIR ?? '')).toEqual([]);
});

it('breaks the pipe of the first when this process is killed', async () => {
  const { owner: mark } = owner();
  const module = new URL('../../../src/adapters/process/run-program.ts', import.meta.url).href;
  const script = `
    const { startHeld } = await import('${module}');
    await startHeld({ path: 'yes', args: [] }, { owner: '${mark}' });
    console.log('started');
    setInterval(() => {}, 1000);`;
  const bot = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void bot.kill('SIGKILL'));
  await once(bot.stdout, 'data');
  expect(ownedPrograms([mark])).toHaveLength(1);
  bot.kill('SIGKILL');
  await expect.poll(() => ownedPrograms([mark])).toEqual([]);
});

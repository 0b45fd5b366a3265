import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startMoto } from '../../support/moto-server.ts';

test('moto stops when told to, and dies with whoever started it', async () => {
  const moto = await startMoto();
  expect((await fetch(`${moto.endpoint}/moto-api/`)).ok).toBe(true);
  await moto.stop();
  await expect(fetch(moto.endpoint)).rejects.toThrow();

  const support = new URL('../../support/moto-server.ts', import.meta.url).href;
  const program = `
    const { startMoto } = await import(${JSON.stringify(support)});
    console.log((await startMoto()).endpoint);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  child.kill('SIGKILL');
  await once(child, 'close');
  await expect
    .poll(() =>
      fetch(line.trim()).then(
        () => 'alive',
        () => 'dead',
      ),
    )
    .toBe('dead');
});

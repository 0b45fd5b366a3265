import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { crashAt } from '../../../src/adapters/process/crash-at.ts';

const module = new URL('../../../src/adapters/process/crash-at.ts', import.meta.url).href;

function runWith(name: string) {
  const script = `
    import { crashAt } from ${JSON.stringify(module)};
    const reach = crashAt(${JSON.stringify(name)});
    process.on('exit', () => console.log('cleaned up'));
    reach('backup-job-started'); console.log('went on');
    reach('backup-lock-held'); console.log('went on');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

it('dies at the named point and at no other, without a chance to clean up', () => {
  expect(runWith('backup-lock-held')).toMatchObject({ signal: 'SIGKILL', stdout: 'went on\n' });
});

it('does nothing without a name', () => {
  expect(runWith('')).toMatchObject({ status: 0, stdout: 'went on\nwent on\ncleaned up\n' });
});

it('refuses a name that is none', () => {
  expect(() => crashAt('backup-lock-hold')).toThrow('Did you mean backup-lock-held?');
});

import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { configuredApplication } from '../../../src/adapters/application/configured-application.ts';
import type { ApplicationCheck } from '../../../src/domain/validation/validation.ts';
import { freePort } from '../../support/free-port.ts';

const address = { host: '10.0.0.9', port: 3307, socketPath: '/run/scratch.sock' };
const never = new AbortController().signal;

function run(command: [string, ...string[]], limitMilliseconds = 20_000, signal = never) {
  const check: ApplicationCheck = { name: 'c', kind: 'command', command, limitMilliseconds, on: ['scratch'] };
  return configuredApplication().check(check, { place: 'scratch', address }, signal);
}

function get(url: string, limitMilliseconds = 20_000) {
  const check: ApplicationCheck = {
    name: 'h',
    kind: 'http',
    url,
    method: 'GET',
    status: 200,
    limitMilliseconds,
    on: ['source'],
  };
  return configuredApplication().check(check, { place: 'source', address }, never);
}

async function serve(status: number, headers: Record<string, string> = {}, { hangs = false } = {}): Promise<string> {
  const server = createServer((_, response) => {
    if (!hangs) response.writeHead(status, headers).end('somebody@example.org');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`;
}

test('a command that ends with another status did not pass, and nothing of its output is repeated', async () => {
  const checked = await run(['/bin/sh', '-c', 'echo asha@example.org; echo asha@example.org >&2; exit 3']);
  expect(checked).toMatchObject({ passed: false, finding: 'ended with 3' });
});

test('a command that there is not, is ended, or takes too long did not pass', async () => {
  expect(await run(['/no/such/program'])).toMatchObject({ passed: false, finding: 'could not be started' });
  expect(await run(['/bin/sh', '-c', 'kill -TERM $$'])).toMatchObject({
    passed: false,
    finding: 'was ended by SIGTERM',
  });
  // The one that it started holds the pipe open: both have to go.
  const late = await run(['/bin/sh', '-c', 'sleep 600 & wait'], 200);
  expect(late).toMatchObject({ passed: false, finding: 'not done within 0.2 s' });
});

test('a command is told which server is meant, and is given no shell', async () => {
  const script =
    'test "$TIDEMARK_PLACE $TIDEMARK_HOST $TIDEMARK_PORT $TIDEMARK_SOCKET $1" = "scratch 10.0.0.9 3307 /run/scratch.sock \\$(id)"';
  expect(await run(['/bin/sh', '-c', script, 'check', '$(id)'])).toMatchObject({
    passed: true,
    finding: 'ended with 0',
  });
});

test('who asked and has gone is not answered', async () => {
  const gone = new AbortController();
  const running = run(['/bin/sleep', '600'], 20_000, gone.signal);
  gone.abort(new Error('nobody waits'));
  await expect(running).rejects.toThrow('nobody waits');
});

test('an address that answers otherwise, elsewhere, not at all or too late did not pass', async () => {
  expect(await get(await serve(500))).toMatchObject({ passed: false, finding: 'answered 500, expected 200' });
  expect(await get(await serve(302, { location: '/login' }))).toMatchObject({ finding: 'answered 302, expected 200' });
  expect(await get(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ finding: 'no answer: ECONNREFUSED' });
  expect(await get(await serve(200, {}, { hangs: true }), 200)).toMatchObject({ finding: 'not done within 0.2 s' });
});

test('an address that answers as expected passed', async () => {
  expect(await get(await serve(200))).toMatchObject({ passed: true, finding: 'answered 200' });
});

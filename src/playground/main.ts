import { parseArgs } from 'node:util';
import { startPlayground } from './start-playground.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3400' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) {
  console.log(
    'node src/playground/main.ts [--port 3400]\n\nA local Slack workspace for trying the bot. Port 0 takes any free one.',
  );
} else {
  const playground = await startPlayground({ port: Number(values.port) });
  await playground.preparePage();
  console.log(`The playground is open at  ${playground.url}

Connect an app with
  api url     ${playground.apiUrl}
  app token   ${playground.appToken}
  bot token   ${playground.botToken}

or over HTTP, with its Request URL saved on the page (Alt+D), and
  signing secret  ${playground.signingSecret}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void playground.close());
}

/** Starts a scratch server, prints its name and its process, and waits to be killed: `scratch-child.ts '{ "settings": …, "request": … }'`. */
import { createScratch } from '../../src/adapters/mysql/scratch/create-scratch.ts';
import type { ScratchSettings } from '../../src/adapters/mysql/scratch/settings.ts';
import type { ScratchRequest } from '../../src/ports/scratch.ts';

const { settings, request } = JSON.parse(process.argv[2] ?? '') as {
  settings: ScratchSettings;
  request: Omit<ScratchRequest, 'signal'>;
};
const server = await createScratch(settings).start({ ...request, signal: new AbortController().signal });
console.log(server.name);
setInterval(() => {}, 1000);

import { Readable } from 'node:stream';
import { onlyCreations } from '../domain/account-statements.ts';
import { inventDefiners } from '../domain/definers.ts';
import { disableEvents } from '../domain/disable-events.ts';
import type { PartRole } from '../domain/manifest.ts';
import type { Repository } from '../ports/repository.ts';
import type { LoadOptions } from '../ports/target.ts';
import { decompressPart } from './decompress-part.ts';
import { readPart } from './read-part.ts';
import type { RestoredPart, RestoreRequest } from './restore-request.ts';

/** Runs the SQL of a part as it stands in one repository, or what is wanted of it. Fails as reading and loading do. */
export async function loadPart(
  request: RestoreRequest,
  repository: Repository,
  part: RestoredPart,
  signal: AbortSignal,
): Promise<void> {
  const options: LoadOptions = {
    ...request,
    part: part.name,
    signal,
    compressed: true,
    tolerant: part.only === 'what-goes',
  };
  if (request.inventDefiners && withDefiners.has(part.role)) await loadDefiners(request, repository, part, options);
  const bytes = await readPart(repository, request.set, part, { signal, onRead: request.onRead });
  if (part.role === 'events' && part.only !== 'as-dumped') await loadEvents(request, bytes, options);
  else if (part.only === 'creations') await loadCreations(request, bytes, options);
  else await request.target.load(bytes, options);
}

const withDefiners = new Set<PartRole>(['routines', 'views', 'triggers', 'events']);

async function loadDefiners(
  request: RestoreRequest,
  repository: Repository,
  part: RestoredPart,
  options: LoadOptions,
): Promise<void> {
  const bytes = await readPart(repository, request.set, part, { signal: options.signal, onRead: () => {} });
  const sql = inventDefiners(await wholeText(bytes));
  await request.target.load(Readable.from([sql]), { ...options, compressed: false });
}

async function loadCreations({ target }: RestoreRequest, bytes: Readable, options: LoadOptions): Promise<void> {
  const sql = onlyCreations(await wholeText(bytes));
  await target.load(Readable.from([sql]), { ...options, compressed: false });
}

/** Small, and looked through as a whole: a server that is being restored fires nothing. */
async function loadEvents({ target, journal }: RestoreRequest, bytes: Readable, options: LoadOptions): Promise<void> {
  const { sql, wereEnabled } = disableEvents(await wholePart(bytes));
  journal.remember('events-to-enable', wereEnabled);
  await target.load(Readable.from([sql]), { ...options, compressed: false });
}

async function wholeText(bytes: Readable): Promise<string> {
  return (await wholePart(bytes)).toString('utf8');
}

/** For small parts. All frames of it: Node's own decompressor would end, content, after the first. */
async function wholePart(bytes: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decompressPart(bytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

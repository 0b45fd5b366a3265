import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { z } from 'zod';
import type { FaultControls } from './faults.ts';
import { readBody } from './http-body.ts';
import type { Interactions } from './interactions.ts';
import type { Lines } from './lines.ts';
import { buildPage } from './page-build.ts';
import type { Deed } from './page-contract.ts';
import { concerns, snapshotFor } from './page-view.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Uploads } from './uploads.ts';
import type { Person } from './vocabulary.ts';
import type { Workspace } from './workspace.ts';

export interface PageParts {
  workspace: Workspace;
  uploads: Uploads;
  faults: FaultControls;
  socketMode: SocketMode;
  lines: Lines;
  interactions: Interactions;
}

const deedSchema: z.ZodType<Deed> = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('type'),
    channel: z.string(),
    text: z.string().min(1),
    threadTs: z.string().exactOptional(),
  }),
  z.object({
    do: z.literal('click'),
    channel: z.string(),
    ts: z.string(),
    actionId: z.string(),
    choice: z.string().exactOptional(),
  }),
  z.object({ do: z.literal('submit-view'), id: z.string(), values: z.record(z.string(), z.string()) }),
  z.object({ do: z.literal('close-view'), id: z.string() }),
  z.object({ do: z.literal('disconnect'), reason: z.enum(['warning', 'refresh_requested']) }),
  z.object({ do: z.literal('cut') }),
  z.object({ do: z.literal('save-request-url'), url: z.url({ protocol: /^https?$/ }) }),
  z.object({ do: z.literal('api'), how: z.enum(['well', 'refusing', 'hanging', 'limiting']) }),
  z.object({ do: z.literal('delay'), ms: z.number().min(0).max(60_000) }),
]);

/** Serves the page, tells it live what happens (server-sent events), and does what people do on it. */
export function createPageServer(parts: PageParts) {
  const { workspace, faults, socketMode } = parts;
  const watching = new Set<ServerResponse>();

  function live(me: Person, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const tell = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    tell('snapshot', snapshotFor(me, workspace, { line: parts.lines.now(), faults: faults.state }));
    const stop = workspace.follow((change) => {
      if (concerns(me, change, workspace)) tell('change', change);
    });
    watching.add(response);
    response.on('close', () => {
      watching.delete(response);
      stop();
    });
  }

  async function perform(me: Person, deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'type': {
        const channel = workspace.channel(deed.channel);
        if (channel) await parts.interactions.type(me, channel, deed.text, deed.threadTs);
        return;
      }
      case 'click': {
        const message = workspace.message(deed.channel, deed.ts) ?? workspace.ephemeral(deed.channel, deed.ts);
        if (message) await parts.interactions.click(me, message, deed.actionId, deed.choice);
        return;
      }
      case 'submit-view':
        await parts.interactions.submit(me, deed.id, deed.values);
        return;
      case 'close-view':
        return workspace.closeView({ id: deed.id, person: me.id });
      case 'disconnect':
        return socketMode.disconnect(deed.reason);
      case 'cut':
        return socketMode.cut();
      case 'save-request-url':
        return parts.lines.saveRequestUrl(deed.url);
      case 'api':
        faults.api(deed.how);
        if (deed.how === 'refusing' || deed.how === 'hanging') socketMode.cut();
        return;
      case 'delay':
        return faults.delay(deed.ms);
      default:
        return deed satisfies never;
    }
  }

  /** As text whatever it is: what an app uploads runs nowhere. */
  function sendUpload(id: string, response: ServerResponse): void {
    const upload = parts.uploads.arrived(id);
    if (!upload) {
      refuse(response, 404, 'No such file');
      return;
    }
    const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    response.writeHead(200, type).end(upload.content);
  }

  return {
    async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
      if (path.startsWith('/files/')) return sendUpload(path.slice('/files/'.length), response);
      if (!path.startsWith('/_page/')) return sendFile(path, response);
      const as = new URL(request.url ?? '', 'http://playground').searchParams.get('as');
      const me = workspace.person(as ?? '') ?? workspace.people[0];
      if (!me) return refuse(response, 404, 'Nobody lives here');
      if (path === '/_page/live') return live(me, response);
      if (path !== '/_page/do' || request.method !== 'POST') return refuse(response, 404, 'No such thing');
      // Another website could send a form from this browser, but not JSON.
      if (request.headers['content-type'] !== 'application/json') return refuse(response, 415, 'JSON, please');
      const deed = deedSchema.safeParse(await readBody(request));
      if (!deed.success) return refuse(response, 400, z.prettifyError(deed.error));
      try {
        await perform(me, deed.data);
      } catch (error) {
        return refuse(response, 409, error instanceof Error ? error.message : String(error));
      }
      response.writeHead(204).end();
    },
    close(): void {
      for (const response of watching) response.end();
    },
  };
}

const contentTypes = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  // The build is flat but for its assets, so no path ever climbs.
  if (!/^(assets\/)?[\w.-]+$/.test(name)) return refuse(response, 404, 'No such page');
  const content = await readFile(join(await buildPage(), name)).catch(() => undefined);
  if (!content) return refuse(response, 404, 'No such page');
  response.writeHead(200, {
    'content-type': contentTypes.get(extname(name)) ?? 'application/octet-stream',
    'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    'cache-control': 'no-cache',
  });
  response.end(content);
}

function refuse(response: ServerResponse, status: number, says: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(says);
}

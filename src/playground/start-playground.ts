import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ChannelOptions,
  castChannel,
  castPerson,
  defaultChannels,
  defaultPeople,
  type PersonOptions,
} from './cast.ts';
import { type Clock, wallClock } from './clock.ts';
import { createDriver, type Driver } from './driver.ts';
import { createEvents } from './events.ts';
import { createFaults } from './faults.ts';
import { readBody, readBytes } from './http-body.ts';
import { createInteractions } from './interactions.ts';
import { createLines } from './lines.ts';
import { checkoutManifest, type Manifest } from './manifest.ts';
import { buildPage } from './page-build.ts';
import { createPageServer } from './page-server.ts';
import { createRateGate } from './rates.ts';
import { createRequestUrl } from './request-url.ts';
import { createResponseUrls } from './response-urls.ts';
import { createSocketMode } from './socket-mode.ts';
import { createTriggers } from './triggers.ts';
import { createUploads } from './uploads.ts';
import { answerApiCall } from './web-api.ts';
import { createWorkspace } from './workspace.ts';

export interface PlaygroundOptions {
  /** 0, the default, takes any free port. Only this machine can reach it. */
  port?: number;
  clock?: Clock;
  people?: PersonOptions[];
  channels?: ChannelOptions[];
  /** By default `manifest.yml` at the top of the checkout. */
  manifest?: Manifest;
}

export interface Playground extends Driver {
  /** The page. */
  url: string;
  /** For `slackApiUrl`; ends in a slash. */
  apiUrl: string;
  appToken: string;
  botToken: string;
  /** What requests over HTTP are signed with. */
  signingSecret: string;
  /** Builds the page where it is stale, so that its first visitor need not wait for that. */
  preparePage(): Promise<void>;
  /** Says goodbye to the app and to all pages, and lets go of the port. */
  close(): Promise<void>;
}

/** Starts a local Slack workspace with one app installed in it. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const { clock = wallClock, manifest = checkoutManifest() } = options;
  const people = (options.people ?? defaultPeople).map(castPerson);
  const channels = (options.channels ?? defaultChannels).map((it) => castChannel(it, people));
  const tokens = { app: 'xapp-1-A0PLAYGRND-0-playground', bot: 'xoxb-0-0-playground' };
  const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

  const workspace = createWorkspace({ clock, manifest, people, channels });
  const faults = createFaults(clock, workspace);
  const rates = createRateGate(clock);
  const triggers = createTriggers(clock);
  const socketMode = createSocketMode(clock, workspace);
  const uploads = createUploads();
  const requestUrl = createRequestUrl({ clock, workspace, faults, signingSecret });
  const lines = createLines(socketMode, requestUrl);
  const responseUrls = createResponseUrls(clock, workspace);
  const events = createEvents(clock, workspace, lines);
  const interactions = createInteractions({ workspace, line: lines, responseUrls, triggers, events, baseUrl });
  const driver = createDriver({ clock, workspace, faults, socketMode, lines, interactions, triggers });
  const page = createPageServer({ workspace, uploads, faults, socketMode, lines, interactions });

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      // Whoever hung up in the middle hears no answer.
      if (!request.complete) return;
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://playground');
    if (pathname.startsWith('/api/')) {
      // By the way it came, so that a proxy before the playground has the socket as well.
      const socketUrl = () => socketMode.newUrl(`http://${request.headers.host}`);
      return answerApiCall(pathname.slice('/api/'.length), request, response, {
        workspace,
        faults,
        rates,
        tokens,
        socketUrl,
        uploads,
        triggers,
        baseUrl,
      });
    }
    if (pathname.startsWith('/response/')) return answerResponse(pathname, request, response);
    if (pathname.startsWith('/upload/')) return answerUpload(pathname, request, response);
    return page.answer(pathname, request, response);
  }

  async function answerResponse(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (!(await slackAnswers(request))) return;
    const verdict = responseUrls.post(path, body);
    response.writeHead(verdict.status, { 'content-type': 'application/json' });
    response.end(verdict.error === undefined ? 'ok' : JSON.stringify({ ok: false, error: verdict.error }));
  }

  async function answerUpload(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBytes(request);
    if (!(await slackAnswers(request))) return;
    const { status, says } = await uploads.receive(path, body, request.headers['content-type']);
    if (status !== 200) workspace.notice('upload', String(status), says);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(says);
  }

  /** False where Slack is gone: the request is dropped, or hangs until Slack is well again. */
  async function slackAnswers(request: IncomingMessage): Promise<boolean> {
    const drop = () => void request.socket.destroy();
    const { api } = faults.state;
    if (api === 'refusing') drop();
    else if (api === 'hanging') faults.hangUntilWell(drop);
    else await faults.pause();
    return api !== 'refusing' && api !== 'hanging';
  }

  server.on('upgrade', (request, socket, head) => {
    if (faults.state.api === 'refusing' || faults.state.api === 'hanging') return void socket.destroy();
    socketMode.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  function baseUrl(): string {
    // A TCP server that listens has an address and a port.
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  return {
    ...driver,
    url: `${baseUrl()}/`,
    apiUrl: `${baseUrl()}/api/`,
    appToken: tokens.app,
    botToken: tokens.bot,
    signingSecret,
    async preparePage() {
      await buildPage();
    },
    async close() {
      page.close();
      requestUrl.close();
      await socketMode.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

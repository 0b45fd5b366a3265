import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { type People, principalForSlack } from '../../domain/people.ts';
import type { World } from '../../operations/world.ts';
import { boltLogger } from './bolt-logger.ts';
import { createChannels } from './channels.ts';
import { createDayThreads } from './day-threads.ts';
import { createDelivery } from './delivery.ts';
import { httpLine } from './http-line.ts';
import type { Identity } from './identity.ts';
import { createJobMessages } from './job-messages.ts';
import { listen } from './listen.ts';
import { listenToModals } from './listen-modals.ts';
import { createModals } from './modals.ts';
import { onceOnly } from './once-only.ts';
import { type Operations, operations as realOperations } from './operations.ts';
import { postWithFile } from './post-with-file.ts';
import { createPruneMessages } from './prune-messages.ts';
import { createReaders } from './readers.ts';
import { createRecoveryMessages } from './recovery-messages.ts';
import type { SlackSettings } from './settings.ts';
import { socketModeLine } from './socket-mode-line.ts';
import { createStandingAlerts } from './standing-alerts.ts';
import type { Caller } from './subcommand.ts';
import { welcome } from './welcome.ts';

export interface SlackSurface {
  /** Shows how jobs ended and hangs up. Jobs that were started from Slack are told to stop through `signal`, not by this. */
  stop(): Promise<void>;
  isConnected(): boolean;
}

const lookEvery = 700;
const tellEvery = 5_000;
const alertEvery = 15_000;
/** How long a stop waits for Slack. */
const lastWords = 2_000;
const resolveEvery = 60_000;

/**
 * Lets people talk to the bot in Slack, and shows every job there, whoever runs it. Never waits for Slack and never fails because of it:
 * what cannot be shown yet is shown later. Over HTTP it fails where its port cannot be had: Failures `port-in-use`, `configuration`.
 */
export async function startSlack(
  world: World,
  settings: SlackSettings,
  people: People | undefined,
  {
    operations = realOperations,
    signal = new AbortController().signal,
  }: { operations?: Operations; signal?: AbortSignal } = {},
): Promise<SlackSurface> {
  const logger = boltLogger(world.log);
  const clientOptions: WebClientOptions = {
    timeout: 10_000,
    retryConfig: { retries: 1, minTimeout: 300, maxTimeout: 1_000 },
    rejectRateLimitedCalls: true,
    logger,
    ...(settings.apiUrl !== undefined && { slackApiUrl: settings.apiUrl }),
  };
  const now = () => world.clock.now().getTime();
  const client = new WebClient(settings.botToken, clientOptions);
  const sources = [...world.sources.keys()];
  const delivery = createDelivery(client, now, world.log);
  const channels = createChannels(client, settings, sources);
  const days = createDayThreads({ world, operations, delivery, channels });
  const mention = (name: string): string => {
    const id = people?.[name]?.slack ?? /^slack:(.+)$/.exec(name)?.[1];
    return id === undefined || id === '*' ? '' : `<@${id}> `;
  };
  const pruneMessages = createPruneMessages({ world, delivery, channels, days });
  const jobMessages = createJobMessages({ world, operations, delivery, channels, days, mention });
  const standingAlerts = createStandingAlerts({ world, operations, delivery, channels });
  const recoveryMessages = createRecoveryMessages({
    world,
    delivery,
    channels,
    userOf: (name) => /<@(.+)>/.exec(mention(name))?.[1],
    stakeholders: settings.stakeholders ?? [],
  });
  const me: Identity = { userId: '', name: 'tidemark' };

  const { transport } = settings;
  const line =
    transport.kind === 'http'
      ? httpLine(transport, { logger, log: world.log, now })
      : socketModeLine(transport.appToken, { logger, clientOptions, log: world.log });
  const app = new App({
    receiver: line.receiver,
    logger,
    clientOptions,
    // Nothing is asked of Slack before a command is acknowledged.
    authorize: async () => ({ botToken: settings.botToken, ...(me.userId !== '' && { botUserId: me.userId }) }),
  });
  app.error(async (error) => world.log.error({ err: error }, 'A Slack request was not answered'));
  app.use(onceOnly(world.log, now));
  const modals = createModals(client, world.log);
  const readers = createReaders(client, now, world.log);
  const call = (userId: string, trigger?: string): Caller => ({
    principal: principalForSlack(people, userId),
    world,
    operations,
    signal,
    channelOf: channels.mention,
    ...(people && { people }),
    ...(trigger !== undefined && {
      before: {
        open: (view) => modals.open(trigger, view),
        openSoon: (title, compose) => modals.openSoon(trigger, title, compose),
        zone: () => readers.zoneOf(userId),
      },
    }),
  });
  listen(app, {
    me,
    channels,
    now: () => world.clock.now(),
    call,
    welcome: (channel) => welcome({ world, channels, delivery }, channel),
    postWithFile: (channel, answer) => postWithFile(delivery, channel, answer),
  });
  listenToModals(app, { modals, call, tell: delivery.post });

  /** What is known only once Slack answers. */
  async function settle(): Promise<void> {
    if (me.userId === '') {
      const { user_id, user } = await client.auth.test();
      Object.assign(me, { userId: user_id ?? '', name: user ?? me.name });
    }
    await channels.resolve();
    const homes = new Set(sources.map((source) => channels.homeOf(source)));
    for (const { id, isMember, wanted } of homes) {
      if (id !== undefined && isMember) await welcome({ world, channels, delivery }, id);
      else world.log.warn({ channel: wanted }, `Not in ${wanted}: type there /invite @${me.name}`);
    }
  }

  const connection = await line.open(settle);
  const stops = [
    world.clock.every(lookEvery, jobMessages.tick),
    world.clock.every(lookEvery, recoveryMessages.tick),
    world.clock.every(tellEvery, pruneMessages.tick),
    world.clock.every(alertEvery, standingAlerts.tick),
    world.clock.every(resolveEvery, async () => {
      if (connection.isConnected()) await settle().catch(() => undefined);
    }),
  ];

  return {
    isConnected: connection.isConnected,
    async stop() {
      const stopped = Promise.all(stops.map((stop) => stop()));
      await Promise.race([stopped.then(jobMessages.lastWords), sleep(lastWords)]).catch(() => undefined);
      await connection.stop();
    },
  };
}

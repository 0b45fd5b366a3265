import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewJob } from '../../../src/ports/state.ts';
import { catalogued } from '../../support/catalogued.ts';
import { eventually } from '../../support/eventually.ts';
import { dumped, type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene();
});
afterEach(() => scene.close());

const backupId = '20261123T050100Z-full-alumni-x7k2';
const failure = {
  code: 'source-unreachable',
  message: 'Nobody answers at 127.0.0.1:3306.',
  hint: 'Start the server, or correct host and port.',
  retryable: true,
};
const byBen: NewJob = { kind: 'full-backup', source: 'alumni', startedBy: 'ben', trigger: 'request' };
const nightly: NewJob = { ...byBen, startedBy: 'tidemark', trigger: 'schedule' };

/** A job as the CLI or the bot would start it: a row. */
function start(job: NewJob): string {
  const started = scene.state.jobs.start(job);
  if (started.kind === 'busy') throw new Error('one runs already');
  return started.job.id;
}

function succeed(jobId: string, id = backupId): void {
  scene.state.catalog.put(catalogued(id));
  scene.state.jobs.report(jobId, { backupId: id });
  scene.state.jobs.finish(jobId, { kind: 'succeeded', backupId: id });
}

/** What stands in the channel, without the bot's first hello. */
function inChannel() {
  return scene.slack
    .messages('db-ops')
    .filter(({ text, author }) => !text.startsWith('Hello') && author.kind === 'app');
}

function only<T>(all: readonly T[]): T {
  const [first, ...more] = all;
  if (first === undefined || more.length > 0) throw new Error(`expected one, there are ${all.length}`);
  return first;
}

const shown = () => scene.slack.shownText(only(inChannel()));

describe('a job that somebody asked for', () => {
  test('has one message, from its first byte to the report', async () => {
    const job = start(byBen);
    await scene.advance(700);
    expect(shown()).toContain('Full backup of alumni* · starting');

    scene.state.jobs.report(job, { progress: dumped(10) });
    await scene.advance(1_400);
    scene.state.jobs.report(job, { progress: dumped(40) });
    await scene.advance(2_100);
    expect(shown()).toContain('▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱ 40 %');
    expect(shown()).toContain('40 MiB of about 100 MiB');
    expect(shown()).toMatch(/MiB\/s {2}· {2}[\d.]+ s left/);

    succeed(job);
    await scene.advance(700);
    expect(shown()).toContain('☑️');
    expect(shown()).toContain(backupId);
    expect(shown()).toContain('2.8 GiB, stored as 410 MiB (7.1 times smaller)');
    expect(shown()).toContain('primary (memory:primary)');
    expect(shown()).toContain('[Verify]');
    expect(scene.slack.notices()).toEqual([]);
  });

  test('is replaced at most every 1.5 s, however often its row changes', async () => {
    const job = start(byBen);
    for (let step = 0; step < 60; step += 1) {
      scene.state.jobs.report(job, { progress: dumped(step) });
      await scene.advance(100);
    }
    const { updates } = only(inChannel());
    expect(updates).toBeGreaterThanOrEqual(2);
    expect(updates).toBeLessThanOrEqual(4);
  });

  test('shows as well when the CLI runs it', async () => {
    start({ ...byBen, startedBy: 'shell:root' });
    await scene.advance(700);
    expect(shown()).toContain('asked for by shell:root');
  });

  test('escapes what comes from databases and people', async () => {
    const job = start({ ...byBen, startedBy: '<!channel> & co' });
    scene.state.jobs.report(job, { progress: dumped(3, { note: 'ALTER TABLE `<!here>` waits' }) });
    await scene.advance(700);
    expect(shown()).toContain('&lt;!channel&gt; &amp; co');
    expect(shown()).toContain('&lt;!here&gt;');
    expect(shown()).not.toContain('<!');
  });

  test('goes on with the same message after a restart of the bot', async () => {
    const job = start(byBen);
    await scene.advance(700);
    await scene.restartBot();
    scene.state.jobs.report(job, { progress: dumped(70) });
    await scene.advance(2_100);
    expect(shown()).toContain('70 %');
    await scene.restartBot();
    succeed(job);
    await scene.advance(1_400);
    expect(shown()).toContain(backupId);
    await scene.restartBot();
    await scene.advance(5_000);
    expect(inChannel()).toHaveLength(1);
  });

  test('that ended while the bot was down is reported when it is back', async () => {
    const job = start(byBen);
    await scene.advance(700);
    await scene.stopBot();
    succeed(job);
    await scene.advance(60_000);
    expect(shown()).not.toContain(backupId);
    await scene.restartBot();
    await scene.advance(1_400);
    expect(shown()).toContain(backupId);
  });

  test('becomes verified in its report once it is verified', async () => {
    const job = start(byBen);
    succeed(job);
    await scene.advance(1_400);
    const verification = start({ kind: 'verification', source: 'alumni', startedBy: 'tidemark', trigger: 'schedule' });
    scene.state.jobs.report(verification, { backupId });
    await scene.advance(1_400);
    const verified = { at: scene.now().toISOString(), verdict: 'good', depth: 'read' } as const;
    scene.state.catalog.put(catalogued(backupId, { verified }));
    scene.state.jobs.finish(verification, { kind: 'succeeded', backupId });
    await scene.advance(2_100);
    expect(shown()).toContain('· verified');
    expect(shown()).not.toContain('[Verify]');
    // The verification itself stands below the backup.
    const reply = only(scene.slack.thread(only(inChannel())));
    expect(scene.slack.shownText(reply)).toContain('nothing wrong');
  });

  test('that was deleted by somebody shows up again', async () => {
    const job = start(byBen);
    await scene.advance(700);
    scene.slack.refuse('chat.update', 'message_not_found');
    scene.state.jobs.report(job, { progress: dumped(50) });
    await scene.advance(4_000);
    expect(inChannel()).toHaveLength(2);
    expect(scene.slack.shownText(inChannel()[1] ?? raise())).toContain('50 %');
  });
});

describe('a failure', () => {
  test('says severity, source and risk in the first 90 characters, and the next step', async () => {
    scene.state.jobs.finish(start(byBen), { kind: 'failed', failure });
    await scene.advance(700);
    const { text } = only(inChannel());
    expect(text.slice(0, 90)).toBe(
      '🔴 CRITICAL · alumni · no backup at all: full backup failed. Nobody answers at 127.0.0.1:3',
    );
    expect(shown()).toContain('There is no backup: a crash now loses everything.');
    expect(shown()).toContain('Start the server, or correct host and port.');
    expect(
      only(inChannel())
        .blocks.map(({ type }) => type)
        .slice(0, 2),
    ).toEqual(['section', 'actions']);
  });

  test('of scheduled work is posted to the channel, and the thread points there', async () => {
    const job = start(nightly);
    await scene.advance(700);
    scene.state.jobs.finish(job, { kind: 'failed', failure });
    await scene.advance(2_100);
    const [glance, alert] = inChannel();
    expect(scene.slack.shownText(glance ?? raise())).toContain('Monday 23 November');
    expect(scene.slack.shownText(glance ?? raise())).toContain('failed (source-unreachable)');
    expect(alert?.text).toContain('CRITICAL · alumni');
    expect(scene.slack.shownText(only(scene.slack.thread(glance ?? raise())))).toContain('the alert is in the channel');
  });

  test('of a long job is also said at the end of the channel, to whoever asked', async () => {
    const job = start(byBen);
    await scene.advance(120_000);
    scene.state.jobs.finish(job, { kind: 'failed', failure });
    await scene.advance(2_100);
    const alert = only(inChannel());
    const reply = only(scene.slack.thread(alert));
    expect(reply.alsoInChannel).toBe(true);
    expect(scene.slack.shownText(reply)).toContain('<@U0BEN0000>');
  });

  test('of a bot that died is reported at the next start', async () => {
    const job = start(nightly);
    await scene.advance(700);
    await scene.stopBot();
    scene.state.jobs.finish(job, { kind: 'cut-off' });
    await scene.restartBot();
    await scene.advance(2_100);
    expect(inChannel().at(-1)?.text).toContain('full backup was cut off');
  });

  test('is retried by who may', async () => {
    scene.state.jobs.finish(start(byBen), { kind: 'failed', failure });
    await scene.advance(700);
    await scene.slack.as('ben').click(only(inChannel()), 'retry');
    await eventually(() => expect(scene.state.jobs.running()).toMatchObject([{ trigger: 'retry', startedBy: 'ben' }]));
  });

  test.each([
    ['chen', 'You may not do that'],
    ['dara', 'You may not do that'],
  ])('is not retried by %s, who is told why', async (person, saying) => {
    scene.state.jobs.finish(start(byBen), { kind: 'failed', failure });
    await scene.advance(700);
    await scene.slack.as(person).click(only(inChannel()), 'retry');
    await eventually(() => expect(lastWhisper(person)).toContain(saying));
    expect(scene.state.jobs.running()).toEqual([]);
  });

  test('is not retried while another runs, nor once one succeeded', async () => {
    scene.state.jobs.finish(start(byBen), { kind: 'failed', failure });
    await scene.advance(700);
    const alert = only(inChannel());
    const other = start({ ...byBen, startedBy: 'asha' });
    await scene.slack.as('ben').click(alert, 'retry');
    await eventually(() => expect(lastWhisper('ben')).toContain('One is running already'));
    succeed(other);
    await scene.slack.as('ben').click(alert, 'retry');
    await eventually(() => expect(lastWhisper('ben')).toContain('That is made good'));
    expect(scene.state.jobs.list({})).toHaveLength(2);
  });

  function lastWhisper(person: string): string {
    const last = scene.slack.ephemerals(person).at(-1);
    return last ? scene.slack.shownText(last) : '';
  }
});

describe('an alert', () => {
  test('is answered by a later success: no alarm and no button is left', async () => {
    scene.state.jobs.finish(start(byBen), { kind: 'failed', failure });
    await scene.advance(1_400);
    const retried = start({ ...byBen, trigger: 'retry' });
    await scene.advance(1_400);
    succeed(retried);
    await scene.advance(2_100);
    const [alert, report] = inChannel();
    expect(scene.slack.shownText(alert ?? raise())).toContain('alumni: made good');
    expect(scene.slack.actionIds(alert ?? raise())).toEqual([]);
    expect(scene.slack.shownText(report ?? raise())).toContain(backupId);
  });

  test('of scheduled work is answered where it stands in the channel', async () => {
    const job = start(nightly);
    await scene.advance(700);
    scene.state.jobs.finish(job, { kind: 'failed', failure });
    await scene.advance(2_100);
    succeed(start(nightly));
    await scene.advance(2_100);
    expect(inChannel().map(({ text }) => text)).toEqual([
      'Monday 23 November: alumni critical',
      expect.stringContaining('made good'),
    ]);
  });
});

describe('stopping a job', () => {
  test('is for those who may', async () => {
    const job = start(byBen);
    await scene.advance(700);
    await scene.slack.as('chen').click(only(inChannel()), 'cancel');
    await eventually(() => expect(scene.slack.ephemerals('chen')).toHaveLength(1));
    expect(scene.state.jobs.cancelRequested(job)).toBeUndefined();
    await scene.slack.as('asha').click(only(inChannel()), 'cancel');
    await eventually(() => expect(scene.state.jobs.cancelRequested(job)).toBe('asha'));
  });

  test('leaves a message that says by whom, and starts again', async () => {
    const job = start(byBen);
    await scene.advance(700);
    scene.state.jobs.finish(job, { kind: 'cancelled', reason: 'cancelled by asha' });
    await scene.advance(2_100);
    expect(shown()).toContain('stopped before it was done');
    expect(shown()).toContain('cancelled by asha');
    await scene.slack.as('ben').click(only(inChannel()), 'retry');
    await eventually(() => expect(scene.state.jobs.running()).toMatchObject([{ trigger: 'retry' }]));
  });

  test('shows how the job ended even when the bot stops right after it', async () => {
    const job = start(byBen);
    await scene.advance(700);
    scene.state.jobs.finish(job, { kind: 'cancelled', reason: 'asked to stop' });
    await scene.stopBot();
    expect(shown()).toContain('stopped before it was done');
  });
});

describe('scheduled work', () => {
  test('stands in one thread a day, whose head is the glance', async () => {
    for (const [suffix, hour] of [
      ['aaaa', '05'],
      ['bbbb', '06'],
    ] as const) {
      const job = start(nightly);
      await scene.advance(1_400);
      succeed(job, `20261123T${hour}0100Z-full-alumni-${suffix}`);
      await scene.advance(2_100);
    }
    const glance = only(inChannel());
    expect(scene.slack.thread(glance)).toHaveLength(2);
    expect(scene.slack.shownText(glance)).toContain('✅ 05:01 alumni: full backup');
    expect(glance.text).toContain('Monday 23 November');
  });

  test('that catches up says which run was missed, and how many', async () => {
    start({ ...nightly, trigger: 'catch-up', due: { moment: new Date('2026-11-23T02:00:00Z'), missed: 3 } });
    await scene.advance(700);
    const reply = only(scene.slack.thread(only(inChannel())));
    expect(scene.slack.shownText(reply)).toContain(
      'catching up on 2026-11-23 02:00 UTC, the last of 3 runs missed while Tidemark was down',
    );
  });

  test('begins a new thread the next day', async () => {
    succeed(start(nightly));
    await scene.advance(1_400);
    scene.jumpTo('2026-11-24T02:00:00Z');
    succeed(start(nightly), '20261124T020000Z-full-alumni-bbbb');
    await scene.advance(1_400);
    expect(inChannel()).toHaveLength(2);
  });
});

describe('Slack in trouble', () => {
  test('429 on updates: nothing is queued, the newest state shows after Retry-After', async () => {
    const job = start(byBen);
    await scene.advance(700);
    scene.slack.limit('chat.update', 5);
    for (let step = 1; step <= 12; step += 1) {
      scene.state.jobs.report(job, { progress: dumped(step * 5) });
      await scene.advance(700);
    }
    expect(only(inChannel()).updates).toBeLessThanOrEqual(3);
    expect(shown()).toMatch(/(55|60) %/);
    expect(scene.slack.notices().filter(({ error }) => error === 'ratelimited')).toHaveLength(1);
  });

  test('a storm of 429 does not lose the report', async () => {
    const job = start(byBen);
    await scene.advance(700);
    scene.slack.slackIs('limiting');
    succeed(job);
    await scene.advance(20_000);
    expect(scene.slack.notices().length).toBeLessThan(6);
    scene.slack.slackIs('well');
    await scene.advance(6_000);
    expect(shown()).toContain(backupId);
  });

  test('gone for a while: the job shows when Slack is back, in one message', async () => {
    scene.slack.slackIs('refusing');
    const job = start(byBen);
    await scene.advance(3_000);
    succeed(job);
    await scene.advance(3_000);
    scene.slack.slackIs('well');
    await scene.advance(40_000);
    expect(shown()).toContain(backupId);
  });

  test('blocks that Slack refuses go out as text', async () => {
    scene.slack.refuse('chat.postMessage', 'invalid_blocks');
    start(byBen);
    await scene.advance(700);
    expect(only(inChannel()).text).toContain('Full backup of alumni is running');
    expect(scene.logged.join()).toContain('refused the blocks');
  });
});

function raise(): never {
  throw new Error('it is not there');
}

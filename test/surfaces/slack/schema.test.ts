import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keptChanges, type SchemaChange } from '../../../src/domain/schema-diff/schema-change.ts';
import { catalogued } from '../../support/catalogued.ts';
import { playedOperations, type SlackScene, slackScene } from '../../support/slack-scene.ts';

const before = '20261115T030000Z-schema-alumni-aaaa';
const after = '20261122T030000Z-schema-alumni-bbbb';
const changesOf = (count: number): SchemaChange[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'table',
    schema: 'alumni',
    name: `t${index}`,
    what: 'changed',
    gone: [],
    come: ['`phone` varchar(20)'],
  }));

let scene: SlackScene;
let changes: SchemaChange[];
beforeEach(async () => {
  const compared = (id: string) => ({ id, source: 'alumni', snapshotAt: '2026-11-22T03:00:02Z' });
  scene = await slackScene({
    operations: {
      ...playedOperations,
      diffSchemas: async () => ({ kind: 'schema-diff', before: compared(before), after: compared(after), changes }),
    },
  });
});
afterEach(() => scene.close());

const ask = (channel: string) => scene.slack.as('chen').command('/backup schema diff aaaa bbbb', { channel });
const answer = (saying: string) => scene.slack.waitForMessage((one) => scene.slack.shownText(one).includes(saying));

/** Every file below a message, opened. */
async function filesBelow(saying: string): Promise<string[]> {
  const shared = scene.slack.thread(await answer(saying)).flatMap((message) => message.files ?? []);
  return Promise.all(shared.map(async ({ id }) => (await fetch(`${scene.slack.url}files/${id}`)).text()));
}

describe('a diff of structures', () => {
  test('that a message holds is no file', async () => {
    changes = changesOf(3);
    await ask('db-ops');
    expect(scene.slack.shownText(await answer('3 changes'))).toContain(
      'table alumni.t2 changed\n  + `phone` varchar(20)',
    );
    expect(await filesBelow('3 changes')).toEqual([]);
  });

  test('that is longer says the counts and the first lines, and all of it is a file in its thread', async () => {
    changes = changesOf(300);
    await ask('db-ops');
    const words = scene.slack.shownText(await answer('300 changes: 300 changed'));
    expect(words).toContain('table alumni.t0 changed');
    expect(words).toContain('560 more lines. All of it is in the file below.');
    await expect.poll(() => filesBelow('300 changes')).toHaveLength(1);
    const [file = ''] = await filesBelow('300 changes');
    expect(file).toContain(`Structure of alumni: 300 changes: 300 changed.\nFrom ${before}`);
    expect(file.match(/^table .* changed$/gm)).toHaveLength(300);
    expect(scene.slack.notices()).toEqual([]);
  });

  test('that is longer and was asked for elsewhere is for whoever asked alone, and says where else it is', async () => {
    changes = changesOf(300);
    await ask('general');
    const message = await answer('300 changes');
    expect(message.onlyFor).toBe(scene.slack.as('chen').person.id);
    expect(scene.slack.shownText(message)).toContain(`tidemark schema diff ${before} ${after}`);
    expect(scene.slack.messages('db-ops').filter(({ text }) => text.includes('300 changes'))).toEqual([]);
  });

  test('whose file Slack does not take says where else all of it is', async () => {
    changes = changesOf(300);
    scene.slack.refuse('files.getUploadURLExternal', 'missing_scope');
    await ask('db-ops');
    const message = await answer(`tidemark schema diff ${before} ${after}`);
    expect(message.onlyFor).toBeUndefined();
    expect(await filesBelow('300 changes')).toEqual([]);
  });
});

describe('the report of a schema backup', () => {
  async function finished(count: number): Promise<void> {
    const schemaChanges = keptChanges(before, changesOf(count));
    scene.state.catalog.put(catalogued(after, { schemaChanges }));
    const common = { kind: 'schema-backup', source: 'alumni', startedBy: 'ben', trigger: 'request' } as const;
    const started = scene.state.jobs.start(common);
    if (started.kind === 'busy') throw new Error('one runs already');
    scene.state.jobs.report(started.job.id, { backupId: after });
    scene.state.jobs.finish(started.job.id, { kind: 'succeeded', backupId: after });
    await scene.advance(2_100);
  }

  test('names what changed', async () => {
    await finished(4);
    expect(scene.slack.shownText(await answer('4 changes'))).toContain('table alumni.t3 changed: +`phone` varchar(20)');
    expect(await filesBelow('4 changes')).toEqual([]);
  });

  test('names the first of many, and has all that was kept in a file in its thread, once', async () => {
    await finished(220);
    expect(scene.slack.shownText(await answer('220 changes'))).toContain('… and 210 more');
    await scene.restartBot();
    await scene.advance(2_100);
    const [file = '', ...more] = await filesBelow('220 changes');
    expect(more).toEqual([]);
    expect(file.match(/^table .* changed$/gm)).toHaveLength(200);
    expect(file).toContain('… and 20 more changes');
    expect(file).toContain(`tidemark schema diff ${before} ${after}`);
    expect(scene.slack.notices()).toEqual([]);
  });
});

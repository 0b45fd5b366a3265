import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogued } from '../../support/catalogued.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
afterEach(() => scene.close());

/** What the last ephemeral said to somebody, once it is there. */
async function whispered(person: string, saying: string): Promise<string> {
  const { id } = scene.slack.as(person).person;
  const message = await scene.slack.waitForMessage(
    (one) => one.onlyFor === id && one.author.kind === 'app' && scene.slack.shownText(one).includes(saying),
  );
  return scene.slack.shownText(message);
}

describe.each(['socket-mode', 'http'] as const)('commands over %s', (transport) => {
  beforeEach(async () => {
    scene = await slackScene({ transport });
  });

  test('somebody who is not listed is refused, and only they see it', async () => {
    await scene.slack.as('dara').command('/backup backup full', { channel: 'db-ops' });
    expect(await whispered('dara', 'You may not')).toContain('operator or admin');
    expect(scene.state.jobs.list({})).toEqual([]);
  });

  test('a word that is none is answered with the one that was meant', async () => {
    await scene.slack.as('chen').command('/backup staus', { channel: 'db-ops' });
    const said = await whispered('chen', 'Did you mean');
    expect(said).toContain('/backup status');
  });

  test('the button of a suggestion does what was meant, for whoever clicks', async () => {
    await scene.slack.as('chen').command('/backup staus', { channel: 'db-ops' });
    await whispered('chen', 'Did you mean');
    const [suggestion] = scene.slack.ephemerals('chen').slice(-1);
    if (!suggestion) throw new Error('nothing was suggested');
    const click = await scene.slack.as('chen').click(suggestion, 'run:0');
    expect(click.state).toBe('done');
    expect(await whispered('chen', 'no good backup yet')).toContain('backup full alumni');
  });

  test('status in the channel is for everybody there', async () => {
    scene.state.catalog.put(
      catalogued('20261123T020000Z-full-alumni-x7k2', {
        verified: { at: '2026-11-23T02:01:00Z', verdict: 'good', depth: 'read' },
      }),
    );
    await scene.slack.as('chen').command('/backup status', { channel: 'db-ops' });
    const status = await scene.slack.waitForMessage((one) => one.text.includes('recoverable'));
    expect(status.onlyFor).toBeUndefined();
    expect(scene.slack.shownText(status)).toContain(
      'Recoverable to 02:00:02 UTC, 3 h ago · proven 3 h ago · next full 02:00 UTC (in 20 h 59 min)',
    );
  });

  test('status anywhere else is for whoever asks alone', async () => {
    await scene.slack.as('chen').command('/backup status', { channel: 'general' });
    expect(await whispered('chen', 'alumni')).toContain('no good backup yet');
    expect(scene.slack.messages('general')).toEqual([]);
  });

  test('an operation that throws is answered with the next step', async () => {
    scene.state.catalog.put(catalogued('20261123T020000Z-full-alumni-x7k2'));
    await scene.slack.as('chen').command('/backup show latest', { channel: 'db-ops' });
    expect(await whispered('chen', 'That did not work')).toContain('Next step');
  });

  test.each([
    ['help', 'takes, proves and keeps'],
    ['', 'takes, proves and keeps'],
    ['whoami', 'You are *chen*'],
    ['backups', 'has no backup yet'],
    ['verify', 'You may not do that'],
    ['show zzzz', 'There is no backup'],
    ['show `zzzz`', 'There is no backup'],
    ['status nowhere', 'There is no source'],
    ['backup', 'Which kind of backup'],
    ['backup weekly', 'no kind of backup called'],
    ['<!channel> & *bold*', 'There is no'],
  ])('/backup %s', async (typed, saying) => {
    await scene.slack.as('chen').command(`/backup ${typed}`, { channel: 'general' });
    expect(await whispered('chen', saying)).not.toContain('<!channel>');
    expect(scene.slack.notices()).toEqual([]);
  });

  test('every command is in the audit log', async () => {
    await scene.slack.as('chen').command('/backup whoami', { channel: 'general' });
    await whispered('chen', 'You are');
    expect(scene.state.audit.list({ actor: 'chen' })).toMatchObject([
      { action: 'command', subject: '/backup whoami', via: 'slack' },
    ]);
  });
});

describe('with several sources', () => {
  beforeEach(async () => {
    scene = await slackScene({ sources: ['alumni', 'billing'] });
  });

  test('the one that was left out is chosen with a button', async () => {
    await scene.slack.as('ben').command('/backup backup full', { channel: 'db-ops' });
    await whispered('ben', 'Which source?');
    const menu = scene.slack.ephemerals('ben').at(-1);
    if (!menu) throw new Error('no menu');
    expect(scene.slack.shownText(menu)).toContain('[billing]');
    await scene.slack.as('ben').click(menu, 'run:1');
    await whispered('ben', 'started');
    expect(scene.state.jobs.running()).toMatchObject([{ source: 'billing', startedBy: 'ben', trigger: 'request' }]);
  });

  test('many are a menu, which asks again for whoever chooses', async () => {
    await scene.close();
    scene = await slackScene({ sources: ['alumni', 'billing', 'crm', 'donations', 'events', 'forum'] });
    await scene.slack.as('ben').command('/backup backup full', { channel: 'db-ops' });
    await whispered('ben', 'Which source?');
    const menu = scene.slack.ephemerals('ben').at(-1);
    if (!menu) throw new Error('no menu');
    expect(scene.slack.shownText(menu)).toBe(
      'Which source?\n[alumni]\n[billing]\n[crm]\n[donations]\n[events]\n[forum]',
    );
    await scene.slack.as('ben').choose(menu, 'run:select', 'backup full forum');
    await whispered('ben', 'started');
    expect(scene.state.jobs.running()).toMatchObject([{ source: 'forum', startedBy: 'ben' }]);
    expect(scene.slack.notices()).toEqual([]);
  });

  test('what is too long for a menu is answered in words', async () => {
    await scene.slack.as('ben').command(`/backup show ${'z'.repeat(2_000)}`, { channel: 'db-ops' });
    expect(await whispered('ben', 'Which source?')).toContain('Type the command again, with one of them at its end.');
    expect(scene.slack.notices()).toEqual([]);
  });

  test.each([
    'backup full billing',
    'backup --source billing full',
    'backup full source=billing',
    'backup —source billing full',
  ])('the source is found in "%s"', async (typed) => {
    await scene.slack.as('ben').command(`/backup ${typed}`, { channel: 'db-ops' });
    await whispered('ben', 'started');
    expect(scene.state.jobs.running('billing')).toHaveLength(1);
  });
});

describe('outside its channel', () => {
  beforeEach(async () => {
    scene = await slackScene({ appIsMember: false });
  });

  test('every answer says how to invite the bot, and once invited it offers the first backup', async () => {
    await scene.slack.as('asha').command('/backup status', { channel: 'general' });
    expect(await whispered('asha', 'alumni')).toContain('/invite @Tidemark');

    await scene.slack.as('asha').inviteApp('db-ops');
    const hello = await scene.slack.waitForMessage((one) => one.text.startsWith('Hello'));
    expect(scene.slack.shownText(hello)).toContain('[Take the first full backup]');
    await scene.slack.as('asha').click(hello, 'run:0');
    await whispered('asha', 'started');
    expect(scene.state.jobs.running('alumni')).toHaveLength(1);
    expect(scene.slack.messages('db-ops').filter(({ text }) => text.startsWith('Hello'))).toHaveLength(1);
  });
});

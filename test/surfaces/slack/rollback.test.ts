import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkBlocks } from '../../../src/playground/blocks/check-blocks.ts';
import { recoveryMessage } from '../../../src/surfaces/slack/blocks/recovery.ts';
import { refusalMessage } from '../../../src/surfaces/slack/blocks/refusal.ts';
import { catalogued } from '../../support/catalogued.ts';
import { somePlan, someRecovery } from '../../support/plan.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene({ startAt: '2026-11-28T10:00:00Z' });
});
afterEach(() => scene.close());

async function says(person: string, typed: string, words: string): Promise<void> {
  await scene.slack.as(person).command(`/backup ${typed}`, { channel: 'db-ops' });
  await vi.waitFor(() => expect(scene.slack.ephemerals(person).map(scene.slack.shownText).join('\n')).toContain(words));
}

const before = '20261128T090000Z-schema-alumni-b4f0';
const sha256 = 'a'.repeat(64);

function rollback(statements: readonly { line: number; sql: string; destroys?: string }[]) {
  return somePlan({
    scenario: 'schema-rollback',
    subject: '001',
    target: { ...somePlan().target, kind: 'source', name: 'alumni' },
    loss: null,
    details: { migration: '001', script: { file: 'rollback-001.sql', sha256, statements }, before, structure: sha256 },
  });
}

test('the card of a rollback shows the script that is approved, and what it destroys', async () => {
  const plan = rollback([
    { line: 3, sql: 'ALTER TABLE people\n  DROP COLUMN `phone`', destroys: 'drops the column phone' },
    { line: 5, sql: 'DROP VIEW v' },
  ]);
  scene.state.recoveries.request(someRecovery({ plan }));
  await vi.waitFor(async () => {
    await scene.advance(1_600);
    const card = scene.slack.messages('db-ops').map(scene.slack.shownText).join('\n');
    expect(card).toContain('Schema rollback of 001 on alumni');
    expect(card).toContain(`rollback-001.sql, 2 statements; 1 of them destroys data; SHA-256 ${sha256}`);
    expect(card).toContain('-- 1, line 3: Drops the column phone!\nALTER TABLE people\n  DROP COLUMN `phone`');
    expect(card).toContain(`the structure of ${before}`);
  });
});

test('migrations are announced and listed by words', async () => {
  await says('ben', 'migration', '/backup migration start NAME');
  await says('ben', 'migration list', 'No migration was announced');
  await says('ben', 'migration end 001', 'No migration 001 was started on alumni');
  await says('ben', 'migration start ../001', 'cannot name a migration');
  await says('chen', 'migration start 001', 'takes the role');
  const mark = { name: '001', what: 'started', at: '2026-11-28T09:00:10Z', by: 'ben' } as const;
  scene.state.catalog.put(catalogued(before, { migration: mark }));
  await says('chen', 'migration list', 'is under way');
  await says('ben', 'migration start 001', 'was started already, by ben');
});

test('a rollback is asked for by its name, and refused where the source has nobody to carry it out', async () => {
  await says('ben', 'restore schema', 'Which migration is led back?');
  await says('ben', 'restore schema 001', 'alumni has no user for approved steps');
  await says('chen', 'restore schema 001', 'takes the role');
});

test('Slack takes the card of any script, and the refusal of any length', () => {
  const nasty = '``` <!channel> *b* & 👨‍👩‍👧‍👦\n'.repeat(300);
  const plan = rollback(Array.from({ length: 400 }, (_, line) => ({ line, sql: nasty, destroys: nasty })));
  const now = new Date('2026-11-28T10:00:00Z');
  const notes = Array.from({ length: 400 }, (_, index) => `${index} ${nasty}`);
  const recovery = { ...someRecovery({ plan, notes }), revision: 1 };
  expect(checkBlocks(recoveryMessage(recovery, now, { detailed: true }).blocks).kind).toBe('accepted');
  const refusal = { why: 'no-plan', problem: nasty, mend: nasty } as const;
  const said = refusalMessage({ kind: 'refused', reason: 'recovery', refusal }, 'restore schema 001', now);
  expect(checkBlocks(said.blocks).kind).toBe('accepted');
});

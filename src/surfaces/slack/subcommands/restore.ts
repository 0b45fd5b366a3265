import type { ScenarioName } from '../../../domain/recovery/scenario.ts';
import { refused } from '../../../operations/recovery/request-recovery.ts';
import { wantedEnd } from '../../../operations/recovery/wanted-end.ts';
import { askForRecovery } from '../ask-for-recovery.ts';
import { refusalMessage, saying } from '../blocks/refusal.ts';
import { onScratch } from '../blocks/restore-form.ts';
import { askToRestore } from '../modals/restore.ts';
import { askedScenarios } from '../restore-scenarios.ts';
import { type Answer, type Call, type Subcommand, splitSource } from '../subcommand.ts';
import { restoreSchema } from './restore-schema.ts';

/** The first word says in which way. */
const ways: Readonly<Record<string, ScenarioName>> = Object.fromEntries(
  askedScenarios.map(({ way, name }) => [way, name]),
);

/** Asks for a recovery; its card goes to the source's channel. */
export const restore: Subcommand = {
  name: 'restore',
  usage: 'restore [full|pitr|table|schema …]',
  does: 'asks for a recovery onto another server, of one table, or of a migration: the plan is shown, another person approves it, and only it is carried out',
  async run(call) {
    if (call.words[0] === 'schema') return restoreSchema(call);
    const wanted = parseRestore(call);
    const scenario = ways[wanted.way];
    const isPlaced =
      scenario === 'table' ? wanted.table !== undefined : (wanted.target === undefined) !== !wanted.scratch;
    if (!scenario || !isPlaced) return asks(call, wanted);
    const end = wantedEnd(wanted);
    if ('why' in end) return { message: refusalMessage(refused(end), 'restore', call.world.clock.now()) };
    const ends = askedScenarios.find(({ name }) => name === scenario)?.ends ?? [];
    if (end.kind === 'chain-end' && ends.length > 0 && !ends.includes('chain-end')) return asks(call, wanted);
    const request = {
      scenario,
      end,
      ...(wanted.source !== undefined && { source: wanted.source }),
      ...(wanted.target !== undefined && { target: wanted.target }),
      ...(wanted.table !== undefined && { details: { table: wanted.table, exchange: wanted.swap ?? false } }),
      ...(wanted.backup !== undefined && { backup: wanted.backup }),
    };
    const again = call.words.filter((word) => word !== wanted.source).join(' ');
    const next = 'Somebody else approves it there. Nothing is touched before.';
    return askForRecovery(call, request, { typed: `restore ${again}`, next });
  },
};

/** What the words leave open is asked for in a form, where there is a server to restore into. */
async function asks(call: Call, wanted: Wanted): Promise<Answer> {
  const { way, source, target, table, scratch, until, untilGtid, before } = wanted;
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|UTC)?$/i.exec(until ?? '') ?? [];
  const known: Record<string, string | undefined> = {
    scenario: ways[way] ?? ((before ?? untilGtid ?? until) ? 'point-in-time' : undefined),
    source,
    table,
    target: scratch ? onScratch : target && `on:${target}`,
    end: before !== undefined ? 'before' : untilGtid !== undefined ? 'gtid' : day !== undefined ? 'moment' : undefined,
    before,
    gtid: untilGtid,
    day,
    time,
  };
  const entered = Object.entries(known).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const opened = await askToRestore(call, Object.fromEntries(entered));
  if (opened === true) return {};
  if (opened === false) return { message: howTo([...(call.world.targets?.keys() ?? [])]) };
  return { message: refusalMessage(opened, 'restore', call.world.clock.now()) };
}

interface Wanted {
  readonly way: string;
  readonly source?: string;
  readonly target?: string;
  readonly scratch: boolean;
  /** `alumni.users` */
  readonly table?: string;
  /** Whether the table takes the live one's place at once. */
  readonly swap?: boolean;
  readonly until?: string;
  readonly untilGtid?: string;
  readonly before?: string;
  readonly backup?: string;
}

/** `full alumni to replacement`, `pitr scratch until 2026-11-28T10:30Z`, and as a shell has it. A moment may be two words. */
export function parseRestore({ words, world }: Pick<Call, 'words' | 'world'>): Wanted {
  const { source, rest } = splitSource(words, world.sources);
  const [way = '', ...others] = Object.hasOwn(ways, rest[0]?.toLowerCase() ?? '') ? rest : ['', ...rest];
  const found: Record<string, string> = {};
  let scratch = false;
  let swap = false;
  for (let index = 0; index < others.length; index += 1) {
    const word = (others[index] ?? '').replace(/^--/, '');
    const name = options[word];
    if (name) {
      index += 1;
      found[name] = others[index] ?? '';
      const next = others[index + 1] ?? '';
      if (name === 'until' && /^\d{2}:\d{2}/.test(next)) {
        index += 1;
        found[name] += ` ${next}`;
      }
    } else if (word === 'scratch') scratch = true;
    else if (way.toLowerCase() === 'table' && word === 'swap') swap = true;
    else if (way.toLowerCase() === 'table' && found.table === undefined) found.table = word;
    else if (found.target === undefined && world.targets?.has(word)) found.target = word;
  }
  return { way: way.toLowerCase(), scratch, ...(swap && { swap }), ...(source !== undefined && { source }), ...found };
}

const options: Readonly<Record<string, keyof Wanted>> = {
  to: 'target',
  target: 'target',
  until: 'until',
  'until-gtid': 'untilGtid',
  before: 'before',
  backup: 'backup',
};

function howTo(targets: readonly string[]) {
  const [target = 'TARGET'] = targets;
  return saying(
    targets.length > 0
      ? 'Restore what, and into which server?'
      : 'No server to restore into is configured: name one under `targets`, or say `scratch`.',
    `Everything, as near to now as can be: \`/backup restore full to ${target}\`. As it was: \`/backup restore pitr scratch until 2026-11-28T10:30Z\`. One table beside the live one: \`/backup restore table SCHEMA.TABLE until 2026-11-28T10:30Z\`.`,
  );
}

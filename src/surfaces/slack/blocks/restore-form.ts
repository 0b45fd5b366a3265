import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { onClocks } from '../../../domain/zoned-moment.ts';
import type { Entered } from '../modal.ts';
import { type AskedScenario, askedScenarios, type EndKind, endLabels } from '../restore-scenarios.ts';
import { choiceField, dateField, form, textField } from './form.ts';
import { context, type Message } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** What there is to choose from. */
export interface RestoreChoices {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  /** Whether a private server may be made for it. */
  readonly scratch: boolean;
  /** Of the reader's clocks, where Slack knows it. */
  readonly zone?: string;
  readonly now: Date;
}

/** The value that stands for a private server; a target's has `on:` before its name. */
export const onScratch = 'scratch';

/** The form to ask for a recovery in, holding what was entered so far. `moment` is what day, time and clock come to. */
export function restoreView(
  choices: RestoreChoices,
  entered: Entered,
  { moment, problem }: { moment?: Date; problem?: Message } = {},
): ModalView {
  const scenario = scenarioIn(entered);
  const sources = choices.sources.map((source) => [source, source] as const);
  return form({
    id: 'restore',
    title: 'Ask for a recovery',
    submit: 'Ask for approval',
    close: 'Cancel',
    metadata: JSON.stringify({ ...(choices.zone !== undefined && { zone: choices.zone }) }),
    blocks: [
      ...(problem?.blocks ?? []),
      choiceField({
        id: 'scenario',
        label: 'What is to come back?',
        options: askedScenarios.map(({ label, name }) => [label, name]),
        value: scenario.name,
        asksAtOnce: true,
      }),
      sources.length > 1
        ? choiceField({ id: 'source', label: 'Of which source?', options: sources, value: entered.source })
        : undefined,
      scenario.onto ? targetField(choices, entered) : undefined,
      ...(scenario.fields ?? []).map(({ problem: _, ...field }) => textField({ ...field, value: entered[field.id] })),
      ...endFields(scenario, choices, entered, moment),
      textField({
        id: 'why',
        label: 'Why?',
        hint: 'Whoever approves it reads this.',
        most: 500,
        value: entered.why,
      }),
    ],
  });
}

/** The scenario that is chosen, or the first. */
export function scenarioIn(entered: Entered): AskedScenario {
  const found = askedScenarios.find(({ name }) => name === entered.scenario) ?? askedScenarios[0];
  if (!found) throw new Error('there is no scenario');
  return found;
}

/** The kind of end that is chosen, or the scenario's first; undefined where there is none to choose. */
export function endIn(scenario: AskedScenario, entered: Entered): EndKind | undefined {
  return scenario.ends.find((end) => end === entered.end) ?? scenario.ends[0];
}

function targetField({ targets, scratch }: RestoreChoices, { target }: Entered): InputBlock {
  const options = [
    ...targets.map((name) => [name, `on:${name}`] as const),
    ...(scratch ? [['A private scratch server, to look at', onScratch] as const] : []),
  ];
  const [only] = options.length === 1 ? options : [];
  return choiceField({ id: 'target', label: 'Onto which server?', options, value: target ?? only?.[1] });
}

function endFields(
  scenario: AskedScenario,
  choices: RestoreChoices,
  entered: Entered,
  moment: Date | undefined,
): (KnownBlock | undefined)[] {
  const end = endIn(scenario, entered);
  if (end === undefined) return [];
  const options = scenario.ends.map((kind) => [endLabels[kind], kind] as const);
  return [
    choiceField({ id: 'end', label: 'Up to where?', options, value: end, asksAtOnce: true }),
    ...fieldsOfEnd(end, choices, entered),
    end === 'moment' && moment ? context(momentWords(moment, choices.zone)) : undefined,
  ];
}

function fieldsOfEnd(end: EndKind, { zone, now }: RestoreChoices, entered: Entered): KnownBlock[] {
  switch (end) {
    case 'chain-end':
      return [];
    case 'moment': {
      const clocks = [
        ['UTC', 'UTC'] as const,
        ...(zone !== undefined && zone !== 'UTC' && zone !== 'Etc/UTC'
          ? [[`${zone}, as your clocks`, zone] as const]
          : []),
      ];
      const clock = entered.clock ?? 'UTC';
      return [
        dateField({
          id: 'day',
          label: 'Day',
          value: entered.day ?? onClocks(clock, now).slice(0, 10),
          asksAtOnce: true,
        }),
        textField({
          id: 'time',
          label: 'Time',
          placeholder: '10:30:45',
          hint: '24 hours, seconds if you know them. Enter shows what it comes to.',
          most: 8,
          value: entered.time,
          asksAtOnce: true,
        }),
        choiceField({ id: 'clock', label: 'By which clocks?', options: clocks, value: clock, asksAtOnce: true }),
      ];
    }
    case 'before':
      return [
        textField({
          id: 'before',
          label: 'Which transaction?',
          placeholder: 'binlog.000012:4711',
          hint: 'Its place in the binlogs, or its GTID. It and all that came after it stay away.',
          value: entered.before,
        }),
      ];
    case 'gtid':
      return [
        textField({
          id: 'gtid',
          label: 'Which GTIDs?',
          placeholder: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77',
          hint: 'All of these, and no other that came later.',
          most: 3_000,
          multiline: true,
          value: entered.gtid,
        }),
      ];
    default:
      return end satisfies never;
  }
}

/** A moment in UTC and on the reader's clocks. */
export function momentWords(at: Date, zone: string | undefined): string {
  const utc = `🕰️ ${bold(`${onClocks('UTC', at)} UTC`)}`;
  return zone === undefined || /^(Etc\/)?UTC$/.test(zone)
    ? utc
    : `${utc}, which is ${onClocks(zone, at)} on your clocks (${escapeMrkdwn(zone)})`;
}

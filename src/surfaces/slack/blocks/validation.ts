import type { TableBlock } from '@slack/types';
import type { ChecklistItem, ValidationReport } from '../../../domain/checklist/checklist.ts';
import { checklistTitles } from '../../../domain/checklist/checklist.ts';
import { checklistSummary, queriesSummary } from '../../../domain/checklist/checklist-words.ts';
import type { QueryVerdict } from '../../../domain/validation/judge-query.ts';
import { shorten } from '../../../domain/wording.ts';
import type { ValidatedSource } from '../../../operations/validation/validate-source.ts';
import { context, type Message, message, section, verbatim } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** More rows than this are a file. */
export const mostTableRows = 20;
const mostColumns = 10;

/** What a source's own data looks like, for whoever asked. */
export function validatedMessage({ source, report }: ValidatedSource): Message {
  const { checklist, queries } = report;
  const summary = checklistSummary(checklist);
  return message(`${source}: checklist ${summary}`, [
    section(`${signOf(checklist)} ${bold(`Validation of ${source}`)} · checklist: ${summary}`),
    ...checklist.flatMap(itemBlocks),
    ...(queries.length > 0 ? [section(`*${queriesSummary(queries)}*`), verdictTable(queries)] : []),
    queries.some(({ rows }) => rows.length > 0) ? context('The answers: `tidemark validate` in a shell.') : undefined,
  ]);
}

/** One line for a report: the whole of it stands in its thread. */
export function validationBrief({ checklist, queries }: ValidationReport): ReturnType<typeof section> {
  const asked = queriesSummary(queries);
  const troubles = checklist
    .filter(({ state }) => state === 'not-ticked')
    .map(({ topic, evidence: [first = ''] }) => `✗ ${checklistTitles[topic]}: ${escapeMrkdwn(shorten(first, 200))}`);
  return section(
    [
      `${signOf(checklist)} Checklist: ${checklistSummary(checklist)}${asked === '' ? '' : ` · ${asked}`}`,
      ...troubles,
    ].join('\n'),
  );
}

/** The first reply below a report: every item with its evidence, and what became of each query. */
export function checklistMessage(source: string, { checklist, queries }: ValidationReport): Message {
  const summary = checklistSummary(checklist);
  return message(`${source}: checklist ${summary}`, [
    section(`*Checklist* · ${summary}`),
    ...checklist.flatMap(itemBlocks),
    ...(queries.length > 0 ? [section(`*${queriesSummary(queries)}*`), verdictTable(queries)] : []),
  ]);
}

/** The answer to one query, as far as it may be shown. */
export function answerMessage({ name, columns, rows }: QueryVerdict): Message {
  const shown = columns.slice(0, mostColumns);
  return message(escapeMrkdwn(name), [
    section(bold(name)),
    table([shown, ...rows.slice(0, mostTableRows).map((row) => row.slice(0, mostColumns))]),
  ]);
}

function signOf(checklist: readonly ChecklistItem[]): string {
  if (checklist.some(({ state }) => state === 'not-ticked')) return '🔴';
  return checklist.some(({ state }) => state === 'unknown') ? '🟠' : '✅';
}

const marks: Record<ChecklistItem['state'], string> = { 'not-ticked': '❌', unknown: '❔', ticked: '✅' };

/** Names of tables and constraints stand letter by letter. */
function itemBlocks({ topic, state, evidence }: ChecklistItem) {
  const lines = evidence.slice(0, 6).map((one) => shorten(one, 300));
  const more = evidence.length > lines.length ? [`… and ${evidence.length - lines.length} more`] : [];
  return [section(`${marks[state]} ${checklistTitles[topic]}`), verbatim([...lines, ...more].join('\n'))];
}

function verdictTable(queries: readonly QueryVerdict[]): TableBlock {
  const rows = queries.map(({ name, verdict, finding }) => [name, verdict, finding]);
  return table([['query', 'verdict', 'found'], ...rows.slice(0, mostTableRows)]);
}

/** Slack takes no empty cell. */
function table(rows: readonly (readonly string[])[]): TableBlock {
  return {
    type: 'table',
    rows: rows.map((row) => row.map((text) => ({ type: 'raw_text', text: shorten(text, 150) || '–' }))),
  };
}

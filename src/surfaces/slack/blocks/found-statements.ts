import { candidateTitle, changedWords, recoverCommand } from '../../../domain/binlog/candidate-words.ts';
import { countOf, formatMoment } from '../../../domain/measures.ts';
import { formatInstant, shorten } from '../../../domain/wording.ts';
import type { Candidate, FoundStatements } from '../../../operations/binlog/find-statement.ts';
import { context, type Message, message, runButton, section, smallVerbatim, verbatim } from './message.ts';
import { bold, code, escapeMrkdwn, readersTime } from './mrkdwn.ts';

const shown = 8;

/** Where a statement stands in the binlogs, each with how to recover to just before it. */
export function foundStatementsMessage(found: FoundStatements, now: Date): Message {
  const { source, wanted, candidates, more, searched, unsearched } = found;
  const what = code(shorten(wanted, 120));
  const span = searched
    ? `${formatMoment(searched.from)} to ${formatMoment(searched.to)}`
    : 'nothing is shipped of that time';
  const title = candidates.length === 0 ? 'not found' : `found ${countOf(candidates.length, 'time')}`;
  return message(`${source}: “${escapeMrkdwn(shorten(wanted, 120))}” ${title}`, [
    section(`🔎 ${bold(`Binlogs of ${source}`)} · ${what} ${title}`),
    context(`Searched: ${span}`),
    ...candidates.slice(0, shown).flatMap((one, place) => candidateBlocks(one, source, now, place)),
    more || candidates.length > shown
      ? context('There are more before these: `tidemark find` in a shell, with `--until` or `--most`.')
      : undefined,
    ...(unsearched.length > 0 ? [smallVerbatim(`Not searched: ${unsearched.slice(0, 5).join('; ')}`)] : []),
  ]);
}

function candidateBlocks(candidate: Candidate, source: string, now: Date, index: number) {
  const { at, file, position, gtid, schema } = candidate;
  const changed = changedWords(candidate);
  const place = `${code(`${file}:${position}`)}${gtid === undefined ? '' : ` · GTID ${code(gtid)}`}`;
  return [
    section(
      `*${formatInstant(at, now)}* (${readersTime(at)} your time)${schema === '' ? '' : ` · in ${code(schema)}`}`,
      // Opens the form, with this filled in.
      runButton('Recover to just before', `restore ${source} before ${file}:${position}`, index),
    ),
    verbatim(shorten([candidateTitle(candidate), ...(changed === '' ? [] : [changed])].join('\n'), 600)),
    context(`${place}\nTo just before it: ${code(recoverCommand(source, candidate))}`),
  ];
}

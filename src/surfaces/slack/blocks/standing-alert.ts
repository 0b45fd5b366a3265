import type { BinlogWarning } from '../../../domain/binlog/binlog-status.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import { capital, formatInstant } from '../../../domain/wording.ts';
import { alertTitle } from './failed-job.ts';
import { actions, context, type Message, message, runButton, section, verbatim } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** Something is wrong with the binlogs of a source: severity, source and risk first, then the buttons, then what happened. */
export function binlogAlertMessage(status: SourceStatus, warning: BinlogWarning, since: Date, now: Date): Message {
  const { source } = status;
  const title = alertTitle(source, status);
  const full = runButton('Take a full backup', `backup full ${source}`, 0, 'primary');
  return message(`${title}. ${escapeMrkdwn(`${warning.text} Next: ${warning.hint}`)}`, [
    section(`${bold(title)}\nThe binlogs of ${source}, noticed ${formatInstant(since, now)}.`),
    actions(warning.code === 'binlog-gap' ? full : undefined, runButton('Status', `status ${source}`, 1)),
    section('*What happened*'),
    verbatim(warning.text),
    section(`*At risk now*\n${escapeMrkdwn(capital(status.risk.sentence))}.`),
    section('*Next step*'),
    verbatim(warning.hint),
  ]);
}

/** The same when it has passed: what was, without alarm or buttons. */
export function answeredBinlogAlertMessage(status: SourceStatus, what: string, now: Date): Message {
  const title = `${status.source}: the binlogs are well again`;
  return message(`${title}, ${status.headline}`, [
    section(`✅ ${bold(title)} · since ${formatInstant(now, now)}\n${capital(escapeMrkdwn(status.headline))}`),
    context(escapeMrkdwn(what)),
  ]);
}

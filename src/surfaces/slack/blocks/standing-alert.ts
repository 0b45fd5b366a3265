import { formatDuration } from '../../../domain/measures.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import type { StatusWarning } from '../../../domain/status-warning.ts';
import { capital, formatInstant } from '../../../domain/wording.ts';
import { alertTitle } from './failed-job.ts';
import { actions, context, type Message, message, runButton, section, verbatim } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** What of a source an alert is about. */
export type AlertSubject = 'binlogs' | 'copies';

/** Something is wrong that no job stands for: severity, source and risk first, then the buttons, then what happened. */
export function standingAlertMessage(
  status: SourceStatus,
  { subject, warning, now }: { subject: AlertSubject; warning: StatusWarning; now: Date },
): Message {
  const { source } = status;
  const title = subject === 'copies' ? copyTitle(status, now) : alertTitle(source, status);
  const full = runButton('Take a full backup', `backup full ${source}`, 0, 'primary');
  const copies = runButton('Copies', `copies ${source}`, 0);
  const first = warning.code === 'binlog-gap' ? full : subject === 'copies' ? copies : undefined;
  const risk =
    subject === 'copies' ? 'What is not in the copy yet is lost with the primary' : capital(status.risk.sentence);
  return message(`${title}. ${escapeMrkdwn(`${warning.text} Next: ${warning.hint}`)}`, [
    section(`${bold(title)}\nThe ${subject} of ${source}, noticed ${formatInstant(now, now)}.`),
    actions(first, runButton('Status', `status ${source}`, 1)),
    section('*What happened*'),
    verbatim(warning.text),
    section(`*At risk now*\n${escapeMrkdwn(risk)}.`),
    section('*Next step*'),
    verbatim(warning.hint),
  ]);
}

/** `🔴 CRITICAL · alumni · copy cloud is 2 h behind`, of the one that is furthest behind. */
function copyTitle({ source, copies }: SourceStatus, now: Date): string {
  const behind = copies.flatMap(({ copy, behindSince }) => (behindSince ? [{ copy, behindSince }] : []));
  const [worst] = behind.sort((a, b) => a.behindSince.getTime() - b.behindSince.getTime());
  if (!worst) return `🔴 CRITICAL · ${source} · copies`;
  return `🔴 CRITICAL · ${source} · copy ${worst.copy} is ${formatDuration(now.getTime() - worst.behindSince.getTime())} behind`;
}

/** The same when it has passed: what was, without alarm or buttons. */
export function answeredAlertMessage(
  status: SourceStatus,
  { subject, what, now }: { subject: AlertSubject; what: string; now: Date },
): Message {
  const title = `${status.source}: the ${subject} are well again`;
  return message(`${title}, ${status.headline}`, [
    section(`✅ ${bold(title)} · since ${formatInstant(now, now)}\n${capital(escapeMrkdwn(status.headline))}`),
    context(escapeMrkdwn(what)),
  ]);
}

import type { Failure } from '../../../domain/failure.ts';
import { shorten } from '../../../domain/wording.ts';
import { type Message, message, section, verbatim } from './message.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

/** A command that failed: what happened and the next step. */
export function failureMessage(failure: Failure): Message {
  return message(escapeMrkdwn(`That did not work: ${failure.message} Next: ${failure.hint}`), [
    section('🔴 *That did not work*'),
    verbatim(shorten(failure.message, 1200)),
    section('*Next step*'),
    verbatim(shorten(failure.hint, 1200)),
  ]);
}

import { shorten } from '../../../domain/wording.ts';

/** Text of people or databases as mrkdwn shows it letter by letter: nothing in it can mention, link or break out. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An id or a name in code letters. A backtick would end them, so it is written as its look-alike. */
export function code(text: string): string {
  const plain = text.replaceAll('`', 'ˋ').replace(/\s+/g, ' ').trim();
  return `\`${escapeMrkdwn(shorten(plain === '' ? '(empty)' : plain, 300))}\``;
}

/** Bold, for names that may hold anything. */
export function bold(text: string): string {
  return `*${escapeMrkdwn(text.replaceAll('*', '∗').replace(/\s+/g, ' ').trim())}*`;
}

/** The same moment on the reader's own clock. Slack fills it in; the fallback is for notifications. */
export function readersTime(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${at.toISOString().slice(0, 16).replace('T', ' ')} UTC>`;
}

/** A principal as Slack knows them: unlisted members by mention, everybody else by the name in the configuration. */
export function person(name: string): string {
  const member = /^slack:([UW][A-Z0-9]+)$/.exec(name);
  return member ? `<@${member[1]}>` : escapeMrkdwn(name === 'tidemark' ? 'Tidemark' : name);
}

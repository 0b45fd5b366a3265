import { actions, context, type Message, message, runButton, section } from './message.ts';
import { code } from './mrkdwn.ts';

export interface HelpLine {
  readonly usage: string;
  readonly does: string;
}

/** Every subcommand, one line each. */
export function helpMessage(command: string, lines: readonly HelpLine[]): Message {
  const list = lines.map(({ usage, does }) => `${code(`${command} ${usage}`)} ${does}`).join('\n');
  return message(
    `Tidemark keeps the backups of your databases. ${command} ${lines.map(({ usage }) => usage).join(', ')}`,
    [
      section(`*Tidemark* takes, proves and keeps the backups of your databases.\n\n${list}`),
      context('A source may be left out where there is one. The last four characters of a backup id are enough.'),
      actions(runButton('Status', 'status', 0), runButton('What may I do?', 'whoami', 1)),
    ],
  );
}

/** For a word that is no subcommand. */
export function unknownCommandMessage(command: string, typed: string, meant: string | undefined): Message {
  const what = `There is no ${code(`${command} ${typed}`)}.`;
  return message(`${what} Try ${command} help.`, [
    section(
      meant === undefined
        ? `${what} Here is what it knows: ${code(`${command} help`)}`
        : `${what} Did you mean ${code(`${command} ${meant}`)}?`,
    ),
    actions(
      ...(meant === undefined ? [] : [runButton(`${command} ${meant}`, meant, 0, 'primary')]),
      runButton('Help', 'help', 1),
    ),
  ]);
}

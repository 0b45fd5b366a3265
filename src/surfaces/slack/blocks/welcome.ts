import { formatList } from '../../../domain/wording.ts';
import { actions, context, type Message, message, runButton, section } from './message.ts';
import { bold } from './mrkdwn.ts';

/** The bot's first words in the channel it reports to. `withoutBackup` are those of `sources` that have none yet. */
export function welcomeMessage(sources: readonly string[], withoutBackup: readonly string[]): Message {
  const names = formatList(sources.map(bold));
  const plain = formatList(sources);
  const buttons = withoutBackup.slice(0, 5).map((source, index) => {
    const label = sources.length === 1 ? 'Take the first full backup' : `First backup of ${source}`;
    return runButton(label, `backup full ${source}`, index, index === 0 ? 'primary' : undefined);
  });
  const first =
    withoutBackup.length > 0
      ? `\n${withoutBackup.length === 1 && sources.length > 1 ? bold(withoutBackup[0] ?? '') : 'There'} ${withoutBackup.length === 1 && sources.length > 1 ? 'has' : 'is'} no backup yet. Shall I take the first one now? It does not stop anybody from working.`
      : '';
  return message(`Hello, I am Tidemark. I look after the backups of ${plain} and report here.`, [
    section(`👋 Hello, I am *Tidemark*. I look after the backups of ${names}, and report here.${first}`),
    actions(...buttons, runButton('What can I ask?', 'help', 20)),
    context('Backups run by themselves, on the schedule in tidemark.yaml. I will speak up when something is at risk.'),
  ]);
}

/** Its first words in any other channel. */
export function guestMessage(homes: readonly string[]): Message {
  const where = formatList(homes.map((id) => `<#${id}>`));
  const text = 'Hello, I am Tidemark. Here my answers are for whoever asks alone.';
  return message(text, [
    section(
      `👋 Hello, I am *Tidemark*. ${where === '' ? '' : `I report to ${where}. `}Here my answers are for whoever asks alone: try \`/backup status\`.`,
    ),
  ]);
}

/** What is said with every answer while the bot cannot report. */
export function inviteWords(channel: string, botName: string): string {
  return `⚠️ I am not in ${channel}, so nobody sees my reports and alerts. Type there: \`/invite @${botName}\``;
}

import type { Check } from '../../domain/check.ts';
import { type Caller, testCardMessage } from './blocks/test-card.ts';
import { createChannels } from './channels.ts';
import { examinerClient } from './examiner-client.ts';
import { explainSlackFault } from './explain-slack-fault.ts';
import type { SlackSettings } from './settings.ts';

/** Posts a card to try the way to Slack and back, in every channel that something is reported to; one finding each. Never fails. */
export async function postTestCard(settings: SlackSettings, caller: Caller): Promise<Check[]> {
  const client = examinerClient(settings.botToken, settings);
  const elsewhere = settings.sourceChannels ?? {};
  const channels = createChannels(client, settings, ['', ...Object.keys(elsewhere)]);
  try {
    await channels.resolve();
  } catch {
    // The channels' own check says why; an id can be posted to all the same.
  }
  const sourceOf = new Map([
    [settings.channel, ''],
    ...Object.entries(elsewhere).map(([source, channel]) => [channel, source] as const),
  ]);
  return Promise.all(
    [...sourceOf].map(async ([wanted, source]): Promise<Check> => {
      const subject = { id: 'slack.test-card', subject: wanted };
      try {
        await client.chat.postMessage({ channel: channels.homeOf(source).id ?? wanted, ...testCardMessage(caller) });
        const finding = 'posted a test card: click its button to try the way back, through the running bot';
        return { ...subject, state: 'good', finding };
      } catch (error) {
        return { ...subject, state: 'bad', ...explainSlackFault(error, 'slack.botToken') };
      }
    }),
  );
}

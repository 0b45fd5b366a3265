import type { Delivery } from './delivery.ts';
import type { Answer } from './subcommand.ts';

/** Posts an answer with its file in the thread. Without the file the message says where else all of it is. False where nothing was posted. */
export async function postWithFile(
  delivery: Delivery,
  channel: string,
  { message, withFile }: Answer,
): Promise<boolean> {
  if (!withFile || !message) return false;
  const posted = await delivery.post(channel, withFile.message);
  if (posted.kind !== 'sent') return false;
  const uploaded = await delivery.upload(channel, posted.ts, withFile.file);
  if (uploaded.kind !== 'sent') await delivery.update(channel, posted.ts, message);
  return true;
}

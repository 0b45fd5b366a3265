import type { ModalView } from '@slack/types';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Log } from '../../ports/log.ts';
import { waitingView } from './blocks/form.ts';

/** Opens modals and replaces them. What Slack will not have is in the log, and an answer. */
export interface Modals {
  /** Whether it opened: a trigger lives for three seconds. */
  open(triggerId: string, view: ModalView): Promise<boolean>;
  /** Opens at once, saying that more is to come, and shows it when it is there. */
  openSoon(triggerId: string, title: string, compose: () => Promise<ModalView>): Promise<boolean>;
  /** Only the one with this hash, where one is given. `gone`: it was closed. `other`: it changed meanwhile, or Slack is out of reach. */
  replace(view: { readonly id: string; readonly hash?: string }, by: ModalView): Promise<'replaced' | 'gone' | 'other'>;
}

export function createModals(client: WebClient, log: Log): Modals {
  async function opened(trigger_id: string, view: ModalView): Promise<string | undefined> {
    try {
      return (await client.views.open({ trigger_id, view })).view?.id;
    } catch (error) {
      log.warn({ err: error, modal: view.callback_id }, 'A modal could not be opened');
      return undefined;
    }
  }

  async function replace({ id, hash }: { id: string; hash?: string }, view: ModalView) {
    try {
      await client.views.update({ view_id: id, view, ...(hash !== undefined && { hash }) });
      return 'replaced';
    } catch (error) {
      const code = error instanceof WebAPIPlatformError ? error.data.error : undefined;
      if (code === 'not_found') return 'gone';
      log.warn({ err: error, modal: view.callback_id }, 'A modal could not be replaced');
      return 'other';
    }
  }

  return {
    open: async (triggerId, view) => (await opened(triggerId, view)) !== undefined,
    replace,
    async openSoon(triggerId, title, compose) {
      const [id, view] = await Promise.all([opened(triggerId, waitingView(title)), compose()]);
      if (id === undefined) return false;
      await replace({ id }, view);
      return true;
    },
  };
}

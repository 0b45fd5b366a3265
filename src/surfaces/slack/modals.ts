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
  /**
   * One after the other. With the hash that somebody saw only while nothing but replacements by this function came since. `gone`: it was closed.
   * `other`: it was submitted meanwhile, or Slack is out of reach.
   */
  replace(view: { readonly id: string; readonly hash?: string }, by: ModalView): Promise<'replaced' | 'gone' | 'other'>;
}

/** As many replacements are remembered. Who is so far behind is heard again. */
const remembered = 500;

export function createModals(client: WebClient, log: Log): Modals {
  /** Which hash came after which, by our own doing: two quick choices are both of the form that the first one saw. */
  const followedBy = new Map<string, string>();
  const turns = new Map<string, Promise<unknown>>();

  async function opened(trigger_id: string, view: ModalView): Promise<string | undefined> {
    try {
      return (await client.views.open({ trigger_id, view })).view?.id;
    } catch (error) {
      log.warn({ err: error, modal: view.callback_id }, 'A modal could not be opened');
      return undefined;
    }
  }

  async function replace(id: string, seen: string | undefined, view: ModalView) {
    const hash = seen === undefined ? undefined : latest(seen);
    try {
      const answer = await client.views.update({ view_id: id, view, ...(hash !== undefined && { hash }) });
      if (hash !== undefined && answer.view?.hash !== undefined) remember(hash, answer.view.hash);
      return 'replaced';
    } catch (error) {
      const code = error instanceof WebAPIPlatformError ? error.data.error : undefined;
      if (code === 'not_found') return 'gone';
      log.warn({ err: error, modal: view.callback_id }, 'A modal could not be replaced');
      return 'other';
    }
  }

  function latest(hash: string): string {
    const next = followedBy.get(hash);
    return next === undefined ? hash : latest(next);
  }

  function remember(hash: string, next: string): void {
    followedBy.set(hash, next);
    const [oldest] = followedBy.keys();
    if (followedBy.size > remembered && oldest !== undefined) followedBy.delete(oldest);
  }

  return {
    open: async (triggerId, view) => (await opened(triggerId, view)) !== undefined,
    async replace({ id, hash }, view) {
      const turn = (turns.get(id) ?? Promise.resolve()).then(() => replace(id, hash, view));
      turns.set(id, turn);
      const replaced = await turn;
      if (turns.get(id) === turn) turns.delete(id);
      return replaced;
    },
    async openSoon(triggerId, title, compose) {
      const [id, view] = await Promise.all([opened(triggerId, waitingView(title)), compose()]);
      if (id === undefined) return false;
      await replace(id, undefined, view);
      return true;
    },
  };
}

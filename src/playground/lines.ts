import type { Carrier } from './delivery.ts';
import type { RequestUrl } from './request-url.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Line } from './vocabulary.ts';

export interface Lines extends Carrier {
  /** How the app is reached at present. */
  now(): Line;
  /** Checks the URL as Slack does, and from then on sends everything there; Socket Mode is off. Rejects in Slack's words. */
  saveRequestUrl(url: string): Promise<void>;
}

/** Socket Mode until a request URL is saved, then HTTP: one app is reached in one way. */
export function createLines(socketMode: SocketMode, requestUrl: RequestUrl): Lines {
  return {
    deliver: (parcel) => (requestUrl.saved() === undefined ? socketMode : requestUrl).deliver(parcel),
    now() {
      const url = requestUrl.saved();
      return url === undefined ? { kind: 'socket-mode', connections: socketMode.connections() } : { kind: 'http', url };
    },
    async saveRequestUrl(url) {
      await requestUrl.verify(url);
      socketMode.switchOff();
      requestUrl.save(url);
    },
  };
}

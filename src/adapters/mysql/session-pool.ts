import type { Session } from './connection.ts';

type Work = (session: Session) => Promise<unknown>;

/** Gives work to whichever session is free. Once some of it has failed there is no more, and everybody hears of that failure. */
export function sessionPool(sessions: readonly Session[]) {
  const free = [...sessions];
  const busy = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const refuse = () => {
    if (failure) throw failure.error;
  };
  const settled = async () => {
    await Promise.all(busy);
    refuse();
  };
  return {
    /** Resolves when a session has begun with it. */
    async begin(work: Work): Promise<void> {
      while (free.length === 0) await Promise.race(busy);
      refuse();
      const session = free.pop();
      if (!session) throw new Error('there is no session');
      const done = work(session)
        .catch((error) => {
          failure ??= { error };
        })
        .then(() => {
          free.push(session);
          busy.delete(done);
        });
      busy.add(done);
    },
    /** Does it on each of them, when all have ended what they were at. */
    async onEach(work: Work): Promise<void> {
      await settled();
      for (const session of sessions) await work(session);
    },
    /** When all of them have ended what they were at. */
    settled,
  };
}

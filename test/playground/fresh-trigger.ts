import type { Playground } from '../../src/playground/start-playground.ts';
import { socketApp } from './socket-app.ts';

/** A trigger id as it comes with a command of asha's. */
export async function freshTrigger(playground: Playground): Promise<string> {
  const app = await socketApp(playground);
  await app.next();
  const typed = playground.as('asha').command('/backup');
  const envelope = await app.next();
  await app.acknowledge(envelope);
  await typed;
  app.close();
  await app.closed;
  return envelope.payload.trigger_id ?? '';
}

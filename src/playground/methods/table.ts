import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import type { Method } from './method.ts';
import { peopleAndAppMethods } from './people-and-app.ts';
import { viewMethods } from './views.ts';

/**
 * Every Web API method the playground knows. One enters with the first feature that calls it, together with a call
 * that is accepted and one that is refused in `test/playground/fixtures/methods.ts`.
 */
export const methods: ReadonlyMap<string, Method> = new Map(
  [...peopleAndAppMethods, ...conversationMethods, ...chatMethods, ...fileMethods, ...viewMethods].map((it) => [
    it.name,
    it,
  ]),
);

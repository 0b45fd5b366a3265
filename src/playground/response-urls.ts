import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { checkContent } from './content.ts';
import { limits } from './limits.ts';
import type { Message } from './vocabulary.ts';
import { team, type Workspace } from './workspace.ts';

const mostPosts = 5;
const livesFor = 30 * 60_000;

interface Origin {
  channel: string;
  person: string;
  /** The message whose button was clicked; commands have none. */
  message?: Message;
}

const responseSchema = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.union([z.boolean(), z.stringbool()]).optional(),
  delete_original: z.union([z.boolean(), z.stringbool()]).optional(),
  thread_ts: z.string().optional(),
});

export type ResponseVerdict = { status: number; error?: string };

/** Response URLs: five posts within thirty minutes each, about the command or click they came with. */
export function createResponseUrls(clock: Clock, workspace: Workspace) {
  const known = new Map<string, { origin: Origin; at: number; posts: number }>();

  const refuse = (status: number, error: string, detail = ''): ResponseVerdict => {
    workspace.notice('response_url', error, detail);
    return { status, error };
  };

  /** Shows what the app answers with, be it in an acknowledgement or through a response URL. */
  function respond(origin: Origin, raw: Record<string, unknown>): ResponseVerdict {
    const parsed = responseSchema.safeParse(raw);
    if (!parsed.success) return refuse(400, 'invalid_payload', z.prettifyError(parsed.error));
    const response = parsed.data;
    const original = origin.message && workspace.messages.includes(origin.message) ? origin.message : undefined;
    if (response.delete_original) {
      if (original) workspace.remove(original);
      return { status: 200 };
    }
    const checked = checkContent(response, limits.postedText);
    if (checked.kind === 'refused')
      return refuse(checked.error === 'no_text' ? 500 : 400, checked.error, checked.problems.join('; '));
    const content = { text: checked.text, blocks: checked.blocks };
    if (response.replace_original && original) workspace.replace(original, content);
    else {
      workspace.post({
        channel: origin.channel,
        author: { kind: 'app' },
        ...content,
        ...(response.response_type === 'in_channel' ? {} : { onlyFor: origin.person }),
        ...(response.thread_ts === undefined ? {} : { threadTs: response.thread_ts }),
      });
    }
    return { status: 200 };
  }

  return {
    respond,
    /** The path of a new response URL. */
    mint(origin: Origin): string {
      const path = `/response/${team.id}/${known.size + 1}/${randomBytes(12).toString('base64url')}`;
      known.set(path, { origin, at: clock.now(), posts: 0 });
      return path;
    },
    post(path: string, body: Record<string, unknown>): ResponseVerdict {
      const url = known.get(path);
      if (!url) return refuse(404, 'invalid_url');
      if (clock.now() - url.at > livesFor) return refuse(404, 'expired_url', 'a response_url lives 30 minutes');
      if (url.posts >= mostPosts) return refuse(404, 'used_url', `a response_url takes ${mostPosts} posts`);
      url.posts += 1;
      return respond(url.origin, body);
    },
  };
}

export type ResponseUrls = ReturnType<typeof createResponseUrls>;

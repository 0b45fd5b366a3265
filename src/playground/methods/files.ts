import { z } from 'zod';
import { structure, text } from './arguments.ts';
import { cannotReply } from './chat.ts';
import { type Method, method, refuse } from './method.ts';

const toComplete = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

/** Uploading takes three steps: announce, send the bytes, complete. The SDK's `files.uploadV2` is all three. */
export const fileMethods: Method[] = [
  method({
    name: 'files.getUploadURLExternal',
    scopes: ['files:write'],
    tier: 'tier4',
    args: z.object({ filename: text, length: z.coerce.number().int().min(0) }),
    handle({ filename, length }, { uploads, baseUrl }) {
      if (length === 0) return refuse('missing_argument', ['length must not be 0']);
      const { id, path } = uploads.announce(filename, length);
      return { ok: true, upload_url: baseUrl() + path, file_id: id };
    },
  }),

  method({
    name: 'files.completeUploadExternal',
    scopes: ['files:write'],
    tier: 'tier4',
    args: z.object({
      files: structure.pipe(toComplete),
      channel_id: text.optional(),
      thread_ts: text.optional(),
      initial_comment: text.optional(),
    }),
    handle(args, { workspace, uploads }) {
      const { files: named, channel_id, thread_ts, initial_comment } = args;
      if (named.some(({ id }) => !uploads.arrived(id))) return refuse('file_not_found');
      const channel = workspace.channels.find((it) => it.id === channel_id);
      if (channel_id !== undefined && (!channel || (channel.kind === 'private' && !channel.appIsMember)))
        return refuse('channel_not_found');
      if (channel && !channel.appIsMember) return refuse('not_in_channel');
      const threadProblem = channel && thread_ts !== undefined ? cannotReply(workspace, channel, thread_ts) : undefined;
      if (threadProblem) return threadProblem;
      const files = named.flatMap(({ id, title }) => uploads.complete(id, title) ?? []);
      // Without a channel the file is the app's own: nobody sees it.
      if (channel) {
        const thread = thread_ts === undefined ? {} : { threadTs: thread_ts };
        const message = { channel: channel.id, author: { kind: 'app' }, text: initial_comment ?? '', files } as const;
        workspace.post({ ...message, ...thread });
      }
      return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
    },
  }),
];

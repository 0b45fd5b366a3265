import { randomBytes } from 'node:crypto';
import type { SharedFile } from './vocabulary.ts';

interface Upload {
  name: string;
  /** In bytes, as announced. */
  size: number;
  path: string;
  content?: Buffer;
}

/** Files on their way into the workspace, and those that have arrived: announced first, then sent, then shared. */
export function createUploads() {
  const known = new Map<string, Upload>();
  const arrived = (id: string): (Upload & { content: Buffer }) | undefined => {
    const upload = known.get(id);
    return upload?.content && { ...upload, content: upload.content };
  };
  return {
    /** The id that the file will have, and the path to send it to. */
    announce(name: string, size: number): { id: string; path: string } {
      const id = `F0${randomBytes(5).toString('hex').toUpperCase().slice(0, 9)}`;
      const path = `/upload/v1/${randomBytes(24).toString('base64url')}`;
      known.set(id, { name, size, path });
      return { id, path };
    },
    /** What Slack's file server answers; the bytes come as they are, or as the one file of a form. */
    async receive(path: string, body: Buffer, contentType = ''): Promise<{ status: number; says: string }> {
      const upload = [...known.values()].find((it) => it.path === path);
      if (!upload) return { status: 404, says: 'no such upload' };
      const content = contentType.startsWith('multipart/form-data') ? await onlyFile(body, contentType) : body;
      if (content?.length !== upload.size) return { status: 400, says: `announced were ${upload.size} bytes` };
      upload.content = content;
      return { status: 200, says: `OK - ${content.length}` };
    },
    /** Undefined until all of it has arrived. */
    arrived,
    /** The file as a message carries it; undefined where it has not arrived. */
    complete(id: string, title?: string): SharedFile | undefined {
      const upload = arrived(id);
      if (!upload) return undefined;
      const { name, size } = upload;
      return { id, name, title: title ?? name, size };
    },
  };
}

export type Uploads = ReturnType<typeof createUploads>;

async function onlyFile(body: Buffer, contentType: string): Promise<Buffer | undefined> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const [file] = [...form.values()].filter((it) => typeof it !== 'string');
  return file && Buffer.from(await file.arrayBuffer());
}
